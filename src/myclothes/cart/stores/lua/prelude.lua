-- Put before every script of the cart store.
--
-- A cart is one hash: a field a SKU, "quantity price added saved place", and these fields in small letters, which no
-- SKU can be: version (more with every change; the place of a new line is the version that it came at), lines,
-- units (not saved), generation (one more with every merge out of it), orders (how many it has become), renew (from
-- when on its life is to be prolonged, ms since 1970).
-- The counters make every change cost the same however many lines there are.
--
-- Every change ends in a write, even if it altered nothing: WAIT waits for the last write of a connection, and so an
-- answer to a repeated change is also one that the replicas have.
local DONE, ABSENT, NOT_IN_CART, TOO_MANY_LINES, TOO_MANY_UNITS, KEY_REUSED, CONFLICT = 0, 1, 2, 3, 4, 5, 6
local cart = KEYS[1]

-- Lua would write a large number as 1.7e+12.
local function whole(number)
  return string.format('%.0f', number)
end

-- A cart lives for at least `life` ms after it was last used; prolonging it is a write, so that is done at most 64
-- times in a life. To be called when the hash is there: a key that does not exist takes no expiry.
local function prolong(renew, now, life)
  if now >= renew then
    local slack = math.floor(life / 64)
    redis.call('HSET', cart, 'renew', whole(now + slack))
    redis.call('PEXPIRE', cart, life + slack)
  end
end

local function unpacked(line)
  local quantity, price, added, saved, place = string.match(line, '^(%d+) (%d+) (%d+) (%d) (%d+)$')
  return tonumber(quantity), price, added, saved == '1', place
end

local function packed(quantity, price, added, saved, place)
  return string.format('%d %s %s %d %s', quantity, price, added, saved and 1 or 0, place)
end
