--[[ Lanes: one sorted set a lane and class, by counts_from and then by number of entry.

  A member reads `entry passed number`, in fixed width, so that equal scores stand in order of
  entry. `heads` keeps the first of each lane and class as `counts_from entry passed number`:
  one HMGET shows a window everybody who could be called, and comparing two as text compares
  their places. Beside each head, `#lane class` counts how often a head of that lane and class
  was passed by someone who came later. ]]
local lanes = {}

local function lane_key(hall, lane, class)
  return hall.root .. ':lane:' .. lane .. ':' .. class
end

local function member(t)
  return string.format('%08d %06d %s', t.entry, t.passed or 0, t.number)
end

local function refresh(hall, lane, class)
  local first = redis.call('ZRANGE', lane_key(hall, lane, class), 0, 0, 'WITHSCORES')
  local field = lane .. ' ' .. class
  if first[1] then
    redis.call('HSET', hall.root .. ':heads', field,
      string.format('%013d ', tonumber(first[2])) .. first[1])
  else
    redis.call('HDEL', hall.root .. ':heads', field)
  end
end

--[[ Whether the ticket stands in its lane now: not away, and not put off. ]]
function lanes.stands(t)
  return t.state == 'waiting' and not t.away and not t.due
end

--[[ From where passes count for the first who stands behind this place; nil when nobody does. ]]
local function counted_behind(hall, t)
  local key, place = lane_key(hall, t.lane, t.class), string.format('%08d', t.entry)
  local from = string.format('%d', t.counts_from)
  local first = from
  repeat
    local found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE', 'LIMIT', 0, 4, 'WITHSCORES')
    for i = 1, #found, 2 do
      if tonumber(found[i + 1]) > t.counts_from or found[i] > place then
        return tonumber(string.sub(found[i], 10, 15))
      end
    end
    -- Four with the very same counts_from and an older entry: look past them all.
    local more = found[7] and from == first
    from = '(' .. first
  until not more
end

--[[ Stand in line. Passes are counted at the head: whoever comes to stand before others begins
  where the next one behind began, so that what those have borne is seen at the head. `so_far` is
  how often a ticket that only changes its place has been passed already. ]]
function lanes.join(hall, t, so_far)
  local heads, field = hall.root .. ':heads', t.lane .. ' ' .. t.class
  local found = redis.call('HMGET', heads, field, '#' .. field)
  t.passed = tonumber(found[2] or 0) - (so_far or 0)
  if found[1] then t.passed = math.min(t.passed, counted_behind(hall, t) or t.passed) end
  local place, counts_from = member(t), string.format('%013d', t.counts_from)
  redis.call('ZADD', lane_key(hall, t.lane, t.class), counts_from, place)
  local head = counts_from .. ' ' .. place
  if not found[1] or head < found[1] then redis.call('HSET', heads, field, head) end
end

function lanes.leave(hall, t)
  redis.call('ZREM', lane_key(hall, t.lane, t.class), member(t))
  refresh(hall, t.lane, t.class)
end

--[[ At most how often a ticket that stands in line has been passed. ]]
function lanes.so_far(hall, t)
  return tonumber(lanes.passed(hall, {t.lane .. ' ' .. t.class})[1] or 0) - t.passed
end

--[[ How often the heads of these lanes and classes have been passed; and one time more. ]]
function lanes.passed(hall, fields)
  local names = {}
  for i, field in ipairs(fields) do names[i] = '#' .. field end
  return redis.call('HMGET', hall.root .. ':heads', unpack(names))
end

function lanes.pass(hall, field)
  redis.call('HINCRBY', hall.root .. ':heads', '#' .. field, 1)
end

--[[ The counts_from at `rank` (0 is the first; past the end, the last), or nil when empty. ]]
function lanes.counts_from_at(hall, lane, class, rank)
  local key = lane_key(hall, lane, class)
  local found = redis.call('ZRANGE', key, rank, rank, 'WITHSCORES')
  if not found[2] then found = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES') end
  return tonumber(found[2])
end

--[[ How many stand before `counts_from` in a lane, whatever their class. ]]
function lanes.ahead(hall, lane, counts_from)
  local count = 0
  for _, class in ipairs(plan_of(hall).classes) do
    count = count + redis.call('ZCOUNT', lane_key(hall, lane, class.id), '-inf',
      '(' .. counts_from)
  end
  return count
end
