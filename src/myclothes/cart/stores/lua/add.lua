-- KEYS: cart, what remembers this change
-- ARGV: create (0|1), now, life (ms), SKU, quantity, price, most lines, most units of one, fingerprint, remember (ms)
local create, now, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local sku, quantity, price = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local held = redis.call('HMGET', cart, 'version', 'renew', 'units', sku)
if not held[1] and create == '0' then
  return ABSENT
end

local before = redis.call('SET', KEYS[2], ARGV[9], 'NX', 'GET', 'PX', ARGV[10])
if before then
  redis.call('PEXPIRE', KEYS[2], ARGV[10])
  return before == ARGV[9] and DONE or KEY_REUSED
end

local version, renew, units = tonumber(held[1] or 0), tonumber(held[2] or 0), tonumber(held[3] or 0)
if held[4] then
  local had, seen, added, saved, place = unpacked(held[4])
  if had + quantity > tonumber(ARGV[8]) then
    redis.call('DEL', KEYS[2])
    return TOO_MANY_UNITS
  end
  redis.call('HSET', cart, 'version', version + 1, 'units', units + quantity + (saved and had or 0),
    sku, packed(had + quantity, seen, added, false, place))
else
  local lines = tonumber(redis.call('HGET', cart, 'lines') or 0)
  if lines >= tonumber(ARGV[7]) then
    redis.call('DEL', KEYS[2])
    return TOO_MANY_LINES
  end
  redis.call('HSET', cart, 'version', version + 1, 'units', units + quantity, 'lines', lines + 1,
    sku, packed(quantity, price, whole(math.floor(now / 1000)), false, version))
end
prolong(renew, now, life)
return DONE
