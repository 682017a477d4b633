--[[ Undo: a window's command leaves behind what everything it changed was like before. ]]
local undo = {}

function undo.remember(hall, arg, name)
  if hall.seq < hall.first then return end
  redis.call('HSET', hall.root .. ':undo', arg.window, cmsgpack.pack({
    undone = name, at = hall.now, since = hall.first, last = hall.seq,
    tickets = hall.tickets, windows = hall.windows,
  }))
end

--[[ Register a command of a window, which can be undone. ]]
local function window_command(name, body)
  command(name, body, nil, undo.remember)
end

--[[ What the window did last, if it can still be undone. ]]
function undo.find(hall, number)
  local packed = redis.call('HGET', hall.root .. ':undo', number)
  local done = packed and cmsgpack.unpack(packed)
  local within = plan_of(hall).rule.undo_within
  if not done or hall.now - done.at > within then
    refuse('NOTHING_TO_UNDO', 'There is nothing to undo at window ' .. number .. '.')
  end
  return done
end

local function untouched(now, done)
  if now.seq and now.seq > done.last then
    refuse('NOTHING_TO_UNDO', 'Somebody has acted on ' .. now.number .. ' since.')
  end
end

--[[ Pairs of a thing as it is and as it was; refused when anybody acted on one since. ]]
function undo.pairs_of(hall, done)
  local found = {tickets = {}, windows = {}}
  for number, packed in pairs(done.tickets) do
    local now, was = tickets.load(hall, number), cmsgpack.unpack(packed)
    untouched(now, done)
    if tickets.twin(hall, was) then
      refuse('NOTHING_TO_UNDO', 'The visitor has another ticket since.')
    end
    found.tickets[number] = {now = now, was = was}
  end
  for number, packed in pairs(done.windows) do
    local was = packed ~= '' and cmsgpack.unpack(packed)
    local now = windows.load(hall, number)
    untouched(now, done)
    found.windows[number] = {
      now = now, was = was or {number = number, state = 'closed', quick = 0},
    }
  end
  return found
end

function undo.restore_ticket(hall, pair)
  local now, was = pair.now, pair.was
  was.score = now.score
  if lanes.stands(now) then lanes.leave(hall, now) end
  redis.call('ZREM', hall.root .. ':due', now.number)
  if was.due then redis.call('ZADD', hall.root .. ':due', was.due, was.number) end
  if now.ended then tickets.live(hall, was) end
  if lanes.stands(was) then
    calling.join(hall, was, lanes.so_far(hall, was))
  else
    tickets.save(hall, was)
  end
end

function undo.restore_window(hall, pair)
  windows.stop_asking(hall, pair.now)
  if pair.was.asking then windows.ask(hall, pair.was) end
  if not pair.was.lease then redis.call('ZREM', hall.root .. ':leases', pair.was.number) end
  windows.save(hall, pair.was)
end
