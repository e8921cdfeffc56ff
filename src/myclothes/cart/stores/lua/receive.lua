-- The target of a merge takes what was worked out from its state at `version`, and notes what it took from whom.
-- KEYS: cart, record of this merge
-- ARGV: version ("" creates the cart), now, life (ms), new version, lines, units, how many lines follow,
--       SKU and line of each, then SKU and note of each
local version, now, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', cart, 'version', 'renew')
if (held[1] or '') ~= version then
  return CONFLICT
end
local last = 7 + 2 * tonumber(ARGV[7])
if last > 7 then
  redis.call('HSET', cart, unpack(ARGV, 8, last))
end
if #ARGV > last then
  redis.call('HSET', KEYS[2], unpack(ARGV, last + 1))
  redis.call('PEXPIRE', KEYS[2], 2 * life)
end
redis.call('HSET', cart, 'version', ARGV[4], 'lines', ARGV[5], 'units', ARGV[6])
prolong(tonumber(held[2] or 0), now, life)
return DONE
