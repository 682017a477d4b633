--[[ The calling rule. Only heads of lanes are compared, since inside a lane it is first come,
  first served. `choose` decides and writes nothing; `call` carries a decision out. ]]
local calling = {}
local owned_sets, owned_count = {}, 0

local function owned_set(owned)
  local set = owned_sets[owned]
  if set then return set end
  if owned_count > 1000 then owned_sets, owned_count = {}, 0 end
  set = {}
  for field in string.gmatch(owned, '[^|]+') do set[field] = true end
  owned_sets[owned], owned_count = set, owned_count + 1
  return set
end

--[[ Everybody this window may call, as parallel lists: the field in `heads`, its head start,
  whether it is green, and whether the window was chosen by name. ]]
local function candidates(hall, w, only)
  local plan = plan_of(hall)
  local known = not w.lanes and not only and plan.candidates[w.number]
  if known then return known end
  local found, own = {field = {}, head_start = {}, green = {}, sent = {}}, '@' .. w.number
  local function add(lane, class)
    local at = #found.field + 1
    found.field[at] = lane .. ' ' .. class
    found.head_start[at] = plan.class[class].head_start
    found.green[at] = class == 'green'
    found.sent[at] = lane == own
  end
  if not only or only == own then
    for _, class in ipairs(plan.classes) do add(own, class.id) end
  end
  for _, lane in ipairs(only and {only} or windows.lanes_of(hall, w)) do
    if lane ~= own then
      for _, class in ipairs(windows.classes_of(hall, w)) do add(lane, class) end
    end
  end
  found.flexible = #windows.lanes_of(hall, w) > 1
  if not w.lanes and not only then plan.candidates[w.number] = found end
  return found
end

--[[ Everybody who could be called: index, place (text), counts_from, entered, handicap. ]]
local function standing(hall, w, only)
  local all = candidates(hall, w, only)
  if not all.field[1] then return {}, all end
  local values = redis.call('HMGET', hall.root .. ':heads', unpack(all.field))
  local reserve = all.flexible and plan_of(hall).rule.reserve or 0
  local owned = owned_set(hall.owned)
  local found, count, sub = {}, 0, string.sub
  local fields, head_start, green = all.field, all.head_start, all.green
  local oldest, oldest_green = math.huge, math.huge
  for i = 1, #values do
    local place = values[i]
    if place then
      local counts_from = tonumber(sub(place, 1, 13))
      local handicap, entered = owned[fields[i]] and reserve or 0, counts_from + head_start[i]
      if entered < oldest then oldest = entered end
      if green[i] and entered < oldest_green then oldest_green = entered end
      count = count + 1
      found[count] = {
        i = i, place = place, handicap = handicap, entered = entered,
        key = counts_from + handicap,
      }
    end
  end
  -- Most of the time nobody is late: who looked once need not look again for every rule.
  found.oldest, found.oldest_green = oldest, oldest_green
  return found, all
end

local function first_by(found, name, wanted)
  local best
  for i = 1, #found do
    local one = found[i]
    if (not wanted or wanted(one)) and (not best or one[name] < best[name]
      or (one[name] == best[name] and one.place < best.place)) then
      best = one
    end
  end
  return best
end

--[[ A green ticket past its promise goes first, but never past someone who came more than
  head start + reserve before it: that is the sentence on the wall. ]]
local function promised(hall, found, all)
  local rule = plan_of(hall).rule
  local line = hall.now - rule.green_promise
  if rule.green_promise == 0 or found.oldest_green >= line then return nil end
  local one = first_by(found, 'entered', function(c) return all.green[c.i] and c.entered < line end)
  if not one then return nil end
  local bound = one.entered - all.head_start[one.i] - rule.reserve
  for _, other in ipairs(found) do
    if other.entered < bound then return nil end
  end
  return one
end

--[[ Heads that came before `one` and would be passed; and the oldest that may not be again. ]]
local function passed_by(hall, found, all, one)
  local older, fields = {}, {}
  if found.oldest >= one.entered then return fields, nil end
  for _, other in ipairs(found) do
    if other.entered < one.entered then
      older[#older + 1] = other
      fields[#fields + 1] = all.field[other.i]
    end
  end
  if not older[1] then return fields, nil end
  local counts = lanes.passed(hall, fields)
  local limit = plan_of(hall).rule.max_overtaken
  local spent = {}
  for i, other in ipairs(older) do
    local since = tonumber(string.sub(other.place, 24, 29))
    if tonumber(counts[i] or 0) - since >= limit then spent[#spent + 1] = other end
  end
  return fields, first_by(spent, 'entered')
end

local function receipt(found, all, winner)
  local parts, count = {}, 0
  for i = 1, #found do
    local other = found[i]
    if other ~= winner then
      parts[count + 1] = all.field[other.i]
      parts[count + 2] = other.place
      parts[count + 3] = other.handicap
      count = count + 3
    end
  end
  -- Written as `lane class counts_from entry passed number handicap`, over and over.
  return table.concat(parts, ' ')
end

--[[ Who is called next at this window: a decision, or nil when nobody waits. ]]
function calling.choose(hall, w, only)
  local found, all = standing(hall, w, only)
  if not found[1] then return nil end
  local ceiling = plan_of(hall).rule.ceiling
  local line = hall.now - ceiling
  local one, rule = first_by(found, 'key'), 'order'
  local late = ceiling > 0 and found.oldest < line
    and first_by(found, 'entered', function(c) return c.entered < line end)
  local promise = not late and promised(hall, found, all)
  if late and late ~= one then one, rule = late, 'ceiling' end
  if promise and promise ~= one then one, rule = promise, 'green_promise' end
  local passed, spent = passed_by(hall, found, all, one)
  if spent then
    one = first_by(found, 'key', function(c) return c.entered <= spent.entered end)
    rule, passed = 'overtaken', passed_by(hall, found, all, one)
  end
  if all.sent[one.i] then rule = 'sent' end
  return {
    number = string.sub(one.place, 31), rule = rule, passed = passed,
    others = receipt(found, all, one), lane_asked = only,
  }
end

function calling.awaited(call, number, sort)
  return call .. ' ' .. number .. ' ' .. sort
end

--[[ The call just told is to be confirmed by a device of each sort the plan names. ]]
function calling.await(hall, t)
  local plan, waited = plan_of(hall), {}
  if plan.confirm_within == 0 then return end
  local call = string.format('%d', hall.seq)
  for i, sort in ipairs(plan.confirmed_by) do
    waited[2 * i - 1], waited[2 * i] = hall.now_text, calling.awaited(call, t.number, sort)
  end
  if waited[1] then redis.call('ZADD', hall.root .. ':unconfirmed', unpack(waited)) end
end

--[[ Bring a ticket to a window: `decision` says by which rule. ]]
function calling.call(hall, w, t, decision)
  local from, wait = t.window, 0
  -- Who was held, or left at a lost window, has been to a window since the wait was over.
  if t.state == 'waiting' then wait = math.max(hall.now - math.max(t.since, t.entered), 0) end
  if lanes.stands(t) then lanes.leave(hall, t) end
  if t.due then redis.call('ZREM', hall.root .. ':due', t.number) end
  for _, field in ipairs(decision.passed or {}) do lanes.pass(hall, field) end
  windows.stop_asking(hall, w)
  tell(hall, 'ticket.called', 'ticket', t.number, 'window', w.number, 'lane', t.lane,
    'class', t.class, 'entered', t.entered, 'counts_from', t.counts_from, 'rule', decision.rule,
    'wait', wait, 'calls', 1, 'others', decision.others, 'from_window', from,
    'lane_asked', decision.lane_asked)
  t.state, t.window, t.called, t.calls, t.call_seq = 'called', w.number, hall.now, 1, hall.seq
  t.away, t.due, t.reason, t.started = nil, nil, nil, nil
  w.ticket, w.since = t.number, hall.now
  calling.await(hall, t)
  tickets.save(hall, t)
  windows.save(hall, w)
end

--[[ A window that calls by itself and is free takes the next, or asks for whoever comes. ]]
function calling.settle(hall, w)
  if not w.auto or w.state ~= 'open' or w.ticket then return end
  local decision = calling.choose(hall, w)
  if decision then
    calling.call(hall, w, tickets.load(hall, decision.number), decision)
  elseif not w.asking then
    tell(hall, 'window.asked', 'window', w.number)
    windows.ask(hall, w)
    windows.save(hall, w)
  end
end

--[[ Somebody came to stand in a lane: of the windows that ask, the least flexible gets it, then
  the one that has been idle longest. ]]
function calling.attract(hall, t)
  if hall.asking == 0 then return end
  local best, fewest
  for _, number in ipairs(redis.call('ZRANGE', hall.root .. ':asking', 0, -1)) do
    local w = windows.load(hall, number)
    local count = #windows.lanes_of(hall, w)
    if windows.serves(hall, w, t.lane, t.class) and (not fewest or count < fewest) then
      best, fewest = w, count
    end
  end
  if best then calling.settle(hall, best) end
end

--[[ The window is free again. ]]
function calling.release(hall, w)
  w.ticket, w.since = nil, hall.now
  windows.save(hall, w)
  calling.settle(hall, w)
end

--[[ The ticket stands in its lane again, and a window that asks may take it at once. ]]
function calling.join(hall, t, so_far)
  lanes.join(hall, t, so_far)
  tickets.save(hall, t)
  calling.attract(hall, t)
end
