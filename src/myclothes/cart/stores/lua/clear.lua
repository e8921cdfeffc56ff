-- KEYS: cart
-- ARGV: now, life (ms)
-- The cart stays, without lines, so that its token stays good.
local now, life = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', cart, 'version', 'generation', 'orders')
if not held[1] then
  return ABSENT
end
redis.call('DEL', cart)
redis.call('HSET', cart, 'version', tonumber(held[1]) + 1, 'lines', 0, 'units', 0,
  'generation', held[2] or 0, 'orders', held[3] or 0)
prolong(0, now, life)
return DONE
