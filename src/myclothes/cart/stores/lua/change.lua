-- KEYS: cart
-- ARGV: what (quantity|remove|save|move|price), now, life (ms), SKU, value
local what, now, life, sku, value = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local held = redis.call('HMGET', cart, 'version', 'lines', 'units', 'renew', sku)
if not held[1] then
  return ABSENT
end
local lines, units = tonumber(held[2]), tonumber(held[3])
if held[5] then
  local quantity, price, added, saved, place = unpacked(held[5])
  units = units - (saved and 0 or quantity)
  if what == 'remove' then
    redis.call('HDEL', cart, sku)
    lines = lines - 1
  else
    if what == 'quantity' then
      quantity = tonumber(value)
    elseif what == 'save' then
      saved = true
    elseif what == 'move' then
      saved = false
    elseif what == 'price' then
      price = value
    end
    units = units + (saved and 0 or quantity)
    redis.call('HSET', cart, sku, packed(quantity, price, added, saved, place))
  end
end
redis.call('HSET', cart, 'version', tonumber(held[1]) + 1, 'lines', lines, 'units', units)
prolong(tonumber(held[4]), now, life)
return (held[5] or what == 'remove') and DONE or NOT_IN_CART
