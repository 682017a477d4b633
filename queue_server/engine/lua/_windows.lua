--[[ Windows: packed tables in one hash. `owned` (in the day's hash) lists the lanes and classes
  that have an open window of their own, for the reserve. ]]
local windows = {}

function windows.load(hall, number)
  if not number then invalid('window', 'Which window?') end
  local packed = redis.call('HGET', hall.root .. ':windows', number)
  if not packed and not plan_of(hall).window[number] then
    invalid('window', 'There is no window ' .. number .. '.')
  end
  if not hall.windows[number] then hall.windows[number] = packed or '' end
  return packed and cmsgpack.unpack(packed) or {number = number, state = 'closed', quick = 0}
end

function windows.save(hall, w)
  w.seq = hall.seq
  redis.call('HSET', hall.root .. ':windows', w.number, cmsgpack.pack(w))
  if w.lease then redis.call('ZADD', hall.root .. ':leases', hall.now + w.lease, w.number) end
end

--[[ The window that a clerk speaks for; refused when another clerk sits there. ]]
function windows.mine(hall, arg)
  local w = windows.load(hall, arg.window)
  if arg.clerk and w.clerk and w.clerk ~= arg.clerk then
    refuse('NOT_YOURS', 'Another clerk sits at window ' .. w.number .. '.')
  end
  return w
end

function windows.at_work(hall, arg)
  local w = windows.mine(hall, arg)
  if w.state == 'closed' then refuse('CLOSED', 'Window ' .. w.number .. ' is not open.') end
  return w
end

function windows.ready(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.state == 'paused' then refuse('PAUSED', 'Window ' .. w.number .. ' is paused.') end
  if w.ticket then
    refuse('BUSY', 'Window ' .. w.number .. ' still has ticket ' .. w.ticket .. '.')
  end
  return w
end

--[[ The window and its ticket, when `name` may meet that ticket now. ]]
function windows.with_ticket(hall, arg, name)
  local w = windows.at_work(hall, arg)
  if not w.ticket then refuse('IDLE', 'Window ' .. w.number .. ' has no ticket.') end
  local t = tickets.load(hall, w.ticket)
  tickets.may(t, name)
  return w, t
end

function windows.lanes_of(hall, w)
  if w.lanes then return w.lanes end
  local planned = plan_of(hall).window[w.number]
  return planned and planned.lanes or {}
end

function windows.classes_of(hall, w)
  local planned = plan_of(hall).window[w.number]
  if planned and planned.classes[1] then return planned.classes end
  local all = {}
  for i, class in ipairs(plan_of(hall).classes) do all[i] = class.id end
  return all
end

function windows.every(hall)
  local all, flat = {}, redis.call('HGETALL', hall.root .. ':windows')
  for i = 2, #flat, 2 do all[#all + 1] = cmsgpack.unpack(flat[i]) end
  return all
end

--[[ Write down again which lanes and classes have an open window that serves nothing else. ]]
function windows.note_owned(hall)
  local fields = {}
  for _, w in ipairs(windows.every(hall)) do
    local served = windows.lanes_of(hall, w)
    if w.state == 'open' and #served == 1 then
      for _, class in ipairs(windows.classes_of(hall, w)) do
        fields[#fields + 1] = served[1] .. ' ' .. class
      end
    end
  end
  table.sort(fields)
  hall.owned = table.concat(fields, '|')
  redis.call('HSET', hall.root, 'owned', hall.owned)
end

--[[ An idle window asks for whoever comes; it has been idle since `since`. ]]
function windows.ask(hall, w)
  w.asking = true
  hall.asking = hall.asking + redis.call('ZADD', hall.root .. ':asking', w.since, w.number)
end

function windows.stop_asking(hall, w)
  if w.asking then
    w.asking = nil
    hall.asking = hall.asking - redis.call('ZREM', hall.root .. ':asking', w.number)
  end
end

--[[ Nobody sits there any more; only what was served in passing is kept. ]]
function windows.close(hall, w)
  windows.stop_asking(hall, w)
  redis.call('ZREM', hall.root .. ':leases', w.number)
  tell(hall, 'window.closed', 'window', w.number)
  windows.save(hall, {
    number = w.number, state = 'closed', quick = w.quick, since = hall.now,
  })
end

--[[ How many windows are open for a lane, and whether one of them is free. ]]
function windows.open_for(hall, lane, class)
  local count, free = 0, false
  for _, w in ipairs(windows.every(hall)) do
    if w.state == 'open' and windows.serves(hall, w, lane, class) then
      count, free = count + 1, free or not w.ticket
    end
  end
  return count, free
end

function windows.has_lane(hall, w, lane)
  for _, served in ipairs(windows.lanes_of(hall, w)) do
    if served == lane then return true end
  end
  return lane == '@' .. w.number
end

function windows.serves(hall, w, lane, class)
  if not windows.has_lane(hall, w, lane) then return false end
  if lane == '@' .. w.number then return true end
  for _, served in ipairs(windows.classes_of(hall, w)) do
    if served == class then return true end
  end
  return false
end
