-- KEYS: cart, what remembers this change
-- ARGV: create (0|1), now, life (ms), SKU, quantity, price, most lines, most units of one, fingerprint, remember (ms)
local create, now, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local sku, quantity, price = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local held = redis.call('HMGET', cart, 'version', 'lines', 'units', 'order', 'renew', sku)
if not held[1] and create == '0' then
  return ABSENT
end

local before = redis.call('SET', KEYS[2], ARGV[9], 'NX', 'GET', 'PX', ARGV[10])
if before then
  redis.call('PEXPIRE', KEYS[2], ARGV[10])
  return before == ARGV[9] and DONE or KEY_REUSED
end

local version, lines, units = tonumber(held[1] or 0), tonumber(held[2] or 0), tonumber(held[3] or 0)
local order, renew = tonumber(held[4] or 0), tonumber(held[5] or 0)
local line
if held[6] then
  local had, seen, added, saved, place = unpacked(held[6])
  if had + quantity > tonumber(ARGV[8]) then
    redis.call('DEL', KEYS[2])
    return TOO_MANY_UNITS
  end
  line = packed(had + quantity, seen, added, false, place)
  units = units + quantity + (saved and had or 0)
else
  if lines >= tonumber(ARGV[7]) then
    redis.call('DEL', KEYS[2])
    return TOO_MANY_LINES
  end
  line = packed(quantity, price, whole(math.floor(now / 1000)), false, order)
  lines, units, order = lines + 1, units + quantity, order + 1
end
redis.call('HSET', cart, 'version', version + 1, 'lines', lines, 'units', units, 'order', order,
  sku, line)
prolong(renew, now, life)
return DONE
