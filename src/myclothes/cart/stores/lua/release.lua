-- The source of a merge lets go of the lines that the target holds, if nothing has changed since `version`.
-- KEYS: cart
-- ARGV: version, now, life (ms), lines, units, SKUs to let go of...
local version, now, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', cart, 'version', 'generation', 'renew')
if held[1] ~= version then
  return CONFLICT
end
redis.call('HDEL', cart, unpack(ARGV, 6))
redis.call('HSET', cart, 'version', tonumber(version) + 1, 'generation', tonumber(held[2] or 0) + 1,
  'lines', ARGV[4], 'units', ARGV[5])
prolong(tonumber(held[3]), now, life)
return DONE
