-- KEYS: cart
-- ARGV: now, life (ms)
local renew = redis.call('HGET', cart, 'renew')
if not renew then
  return ABSENT
end
prolong(tonumber(renew), tonumber(ARGV[1]), tonumber(ARGV[2]))
return DONE
