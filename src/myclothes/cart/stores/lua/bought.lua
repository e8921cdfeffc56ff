-- The cart has become an order: what was bought goes, and the cart counts one order more, which makes it another one.
-- KEYS: cart
-- ARGV: now, life (ms), how many orders it had become before, then SKU and units of each line
local now, life, orders = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', cart, 'version', 'lines', 'units', 'renew', 'orders')
if not held[1] then
  return ABSENT
end
local lines, units = tonumber(held[2]), tonumber(held[3])
if tonumber(held[5] or 0) == orders then
  for at = 4, #ARGV, 2 do
    local line = redis.call('HGET', cart, ARGV[at])
    if line then
      local quantity, price, added, saved, place = unpacked(line)
      if not saved then
        local rest = math.max(0, quantity - tonumber(ARGV[at + 1]))
        units = units - quantity + rest
        if rest > 0 then
          redis.call('HSET', cart, ARGV[at], packed(rest, price, added, saved, place))
        else
          redis.call('HDEL', cart, ARGV[at])
          lines = lines - 1
        end
      end
    end
  end
  orders = orders + 1
else
  orders = tonumber(held[5] or 0)
end
redis.call('HSET', cart, 'version', tonumber(held[1]) + 1, 'lines', lines, 'units', units, 'orders', orders)
prolong(tonumber(held[4]), now, life)
return DONE
