"""The scripts behind sessions: each changes only what its request changed, so requests may run side by side."""

from myclothes.kernel.cache.client import Script

MOST_NOTICES = 20

# ARGV: seconds, today, account ('=' as it was, '' nobody), position ('' none), notices taken and added (JSON), browser.
# Everything may run twice, and always writes something, so that replicas acknowledge a repeat too.
_CHANGE = f"""
local function change(key)
  if ARGV[3] == '' then redis.call('HDEL', key, 'account')
  elseif ARGV[3] ~= '=' then redis.call('HSET', key, 'account', ARGV[3]) end
  if ARGV[4] > (redis.call('HGET', key, 'position') or '') then redis.call('HSET', key, 'position', ARGV[4]) end
  if ARGV[5] ~= '[]' or ARGV[6] ~= '[]' then
    local out = {{}}
    for _, text in ipairs(cjson.decode(ARGV[5])) do out[text] = true end
    local kept = {{}}
    local function keep(list)
      for _, text in ipairs(list) do
        if not out[text] and #kept < {MOST_NOTICES} then table.insert(kept, text) out[text] = true end
      end
    end
    keep(cjson.decode(redis.call('HGET', key, 'notices') or '[]'))
    keep(cjson.decode(ARGV[6]))
    if #kept == 0 then redis.call('HDEL', key, 'notices')
    else redis.call('HSET', key, 'notices', cjson.encode(kept)) end
  end
  redis.call('HSETNX', key, 'browser', ARGV[7])
  redis.call('HSET', key, 'seen', ARGV[2])
  redis.call('EXPIRE', key, ARGV[1])
  return 1
end
"""
BEGIN = Script(_CHANGE + "return change(KEYS[1])")
SAVE = Script(_CHANGE + "if redis.call('HEXISTS', KEYS[1], 'seen') == 0 then return 0 end return change(KEYS[1])")
MOVE_ON = Script("""
if redis.call('HEXISTS', KEYS[1], 'seen') == 0 then return 0 end
local held = redis.call('HGET', KEYS[1], 'position') or ''
redis.call('HSET', KEYS[1], 'position', ARGV[1] > held and ARGV[1] or held)
return 1
""")
"""ARGV: position. The session lives no longer for it."""
ROTATE = Script(
    _CHANGE
    + """
if redis.call('HEXISTS', KEYS[1], 'seen') == 1 then redis.call('RENAME', KEYS[1], KEYS[2]) end
return change(KEYS[2])
"""
)
END = Script("""
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'ended', 1)
return redis.call('PEXPIRE', KEYS[1], 1)
""")
