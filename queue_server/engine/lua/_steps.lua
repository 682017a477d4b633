--[[ One-thing tickets: which stop comes next. Each step keeps the visitor's first place. ]]
local steps = {}

--[[ The steps of these services: a one-thing service brings its own, the others are gathered
  by lane. One lane and no plan needs no steps: then nil. ]]
function steps.of(plan, codes)
  if not codes[2] and not plan.service[codes[1]].steps[1] then return nil end
  local found, by_lane = {}, {}
  for _, code in ipairs(codes) do
    local service = plan.service[code]
    local base = #found
    for _, step in ipairs(service.steps) do
      local after = {}
      for i, before in ipairs(step.after) do after[i] = before + base end
      found[#found + 1] = {
        lane = step.lane, minutes = step.minutes, after = after,
        services = step.services[1] and step.services or {code},
      }
    end
    local same = by_lane[service.lane]
    if not service.steps[1] and same then
      same.minutes = same.minutes + service.minutes
      same.services[#same.services + 1] = code
    elseif not service.steps[1] then
      found[#found + 1] = {
        lane = service.lane, minutes = service.minutes, services = {code}, after = {},
      }
      by_lane[service.lane] = found[#found]
    end
  end
  return #found > 1 and found or nil
end

function steps.text(list)
  if not list then return nil end
  local parts = {}
  for i, step in ipairs(list) do
    parts[i] = step.lane .. ' ' .. table.concat(step.services, '+') .. ' ' .. step.minutes .. ' '
      .. table.concat(step.after, '+')
  end
  return table.concat(parts, ',')
end

--[[ `done` is a digit a step: 1 when it is done. ]]
function steps.is_done(t, at)
  return string.sub(t.done, at, at) == '1'
end

function steps.finish(t)
  t.done = string.sub(t.done, 1, t.step - 1) .. '1' .. string.sub(t.done, t.step + 1)
end

local function open_to(t, at)
  if steps.is_done(t, at) then return false end
  for _, before in ipairs(t.steps[at].after) do
    if not steps.is_done(t, before + 1) then return false end
  end
  return true
end

--[[ Minutes until a ticket with this place would be called in a lane, as far as one can tell. ]]
local function expected(hall, lane, t)
  local count, free = windows.open_for(hall, lane, t.class)
  if count == 0 then return math.huge end
  local ahead = lanes.ahead(hall, lane, t.counts_from) + (free and 0 or 1)
  return ahead * plan_of(hall).lane[lane].minutes / count
end

--[[ The step (from 1) to go to next: the one with the shortest expected wait; nil when all is
  done. Equal waits go in the plan's order. ]]
function steps.next(hall, t)
  local best, shortest
  for at, step in ipairs(t.steps) do
    if open_to(t, at) then
      local wait = expected(hall, step.lane, t)
      if not best or wait < shortest then best, shortest = at, wait end
    end
  end
  return best
end

--[[ The present step is done where the ticket waits now, unless that is a window's own lane. ]]
function steps.move(hall, t)
  if t.steps and plan_of(hall).lane[t.lane] then t.steps[t.step].lane = t.lane end
end

function steps.go(t, at)
  t.step, t.lane = at, t.steps[at].lane
end
