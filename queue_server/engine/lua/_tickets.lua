--[[ Tickets: packed tables in one hash, with the names of tickets.py.
  `seq` is the last event about a ticket; undo asks whether anybody acted on it since. ]]
local tickets = {}

function tickets.load(hall, number)
  local packed = number and redis.call('HGET', hall.root .. ':tickets', number)
  if not packed then refuse('NO_TICKET', 'There is no ticket ' .. (number or '') .. ' today.') end
  if not hall.tickets[number] then hall.tickets[number] = packed end
  return cmsgpack.unpack(packed)
end

function tickets.save(hall, t)
  t.seq = hall.seq
  redis.call('HSET', hall.root .. ':tickets', t.number, cmsgpack.pack(t))
end

function tickets.may(t, name)
  if not MAY[name][t.state] then
    refuse('WRONG_STATE', 'Ticket ' .. t.number .. ' is ' .. t.state .. ' now.')
  end
end

--[[ Give a place: counts_from is always entered minus the head start of the class. ]]
function tickets.place(hall, t, entered)
  t.entered = entered
  t.counts_from = math.max(entered - plan_of(hall).class[t.class].head_start, 0)
end

function tickets.new_entry(hall, t)
  hall.entry = hall.entry + 1
  t.entry = hall.entry
end

--[[ Back to waiting, from wherever it was; the caller tells. ]]
function tickets.wait(hall, t)
  t.state, t.since, t.window, t.called, t.started, t.calls = 'waiting', hall.now
  t.call_seq, t.reason = nil, nil
end

function tickets.persons(t)
  local fields = {}
  if t.person then
    for code in string.gmatch(t.services, '%S+') do
      fields[#fields + 1] = t.person .. ' ' .. code
    end
  end
  return fields
end

--[[ Another live ticket of the same person for one of the same services, if there is one. ]]
function tickets.twin(hall, t)
  for _, field in ipairs(tickets.persons(t)) do
    local other = redis.call('HGET', hall.root .. ':persons', field)
    if other and other ~= t.number then return other end
  end
end

function tickets.live(hall, t)
  hall.live = hall.live + 1
  for _, field in ipairs(tickets.persons(t)) do
    redis.call('HSET', hall.root .. ':persons', field, t.number)
  end
end

local function numbers_of(hall, wanted)
  local found, flat = {}, redis.call('HGETALL', hall.root .. ':tickets')
  for i = 1, #flat, 2 do
    if wanted(cmsgpack.unpack(flat[i + 1])) then found[#found + 1] = flat[i] end
  end
  table.sort(found)
  return found
end

--[[ The numbers of all visits that are not over, in order. ]]
function tickets.all_live(hall)
  return numbers_of(hall, function(t) return not t.ended end)
end

--[[ The same, and of those who were missed and may come back. ]]
function tickets.all_kept(hall)
  return numbers_of(hall, function(t) return not t.ended or t.state == 'no_show' end)
end

--[[ Where the plan of today has a ticket of this service wait. ]]
local function home(plan, code, lane)
  local service = plan.service[code]
  if service then return service.lane end
  return plan.lane[lane] and lane or plan.lanes[1].id
end

local function lane_now(plan, t)
  local own = string.match(t.lane, '^@(.*)')
  if own and plan.window[own] then return t.lane end
  if t.steps and plan.lane[t.lane] then return t.lane end
  return home(plan, string.match(t.services, '%S+'), t.lane)
end

--[[ Give a ticket lanes and a class that are in the plan; whether anything had to change. ]]
function tickets.settle(hall, t)
  local plan = plan_of(hall)
  local lane, class, place, moved = t.lane, t.class, t.counts_from, false
  t.lane = lane_now(plan, t)
  for at, step in ipairs(t.steps or {}) do
    if not plan.lane[step.lane] then
      step.lane, moved = at == t.step and home(plan, '', t.lane) or home(plan, step.services[1]), true
    end
  end
  if not plan.class[class] then t.class = 'ordinary' end
  tickets.place(hall, t, t.entered)
  return moved or t.lane ~= lane or t.class ~= class or t.counts_from ~= place
end

--[[ The visit is over: nobody's lane, nobody's window. ]]
function tickets.finish(hall, t, state)
  if t.due then redis.call('ZREM', hall.root .. ':due', t.number) end
  t.state, t.ended, t.due, t.away = state, hall.now, nil, nil
  hall.live = hall.live - 1
  local fields = tickets.persons(t)
  if fields[1] then redis.call('HDEL', hall.root .. ':persons', unpack(fields)) end
end

--[[ The receipt's name for a place, as every event that gives one tells it. ]]
function tickets.tell(hall, kind, t, ...)
  tell(hall, kind, 'ticket', t.number, 'lane', t.lane, 'class', t.class, 'entered', t.entered,
    'counts_from', t.counts_from, 'entry', t.entry, ...)
end
