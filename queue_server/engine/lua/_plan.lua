--[[ The plan of the day, decoded once and kept by its digest: equal digest, equal plan. ]]
local plans, plan_count = {}, 0

local function by_id(rows, id)
  local found = {}
  for _, row in ipairs(rows) do found[row[id]] = row end
  return found
end

--[[ What commands ask for; names and departments are for people, and would only cost memory. ]]
local function lean(services)
  local found = {}
  for i, service in ipairs(services) do
    found[i] = {
      code = service.code, name = service.name, lane = service.lane, minutes = service.minutes,
      quota = service.quota, hours = service.hours, steps = service.steps,
      grace = service.grace, min_calls = service.min_calls,
    }
  end
  return found
end

local function indexed(plan)
  plan.services = lean(plan.services)
  plan.lane = by_id(plan.lanes, 'id')
  plan.class = by_id(plan.classes, 'id')
  plan.service = by_id(plan.services, 'code')
  plan.window = by_id(plan.windows, 'number')
  plan.candidates = {}
  -- A day that was opened by an older server has no such settings.
  plan.confirm_within, plan.confirmed_by = plan.confirm_within or 0, plan.confirmed_by or {}
  local sum, count = {}, {}
  for _, service in ipairs(plan.services) do
    sum[service.lane] = (sum[service.lane] or 0) + service.minutes
    count[service.lane] = (count[service.lane] or 0) + 1
  end
  for id, lane in pairs(plan.lane) do
    lane.minutes = count[id] and sum[id] / count[id] or 10
  end
  return plan
end

local function plan_of(hall)
  local plan = plans[hall.digest]
  if plan then return plan end
  -- Forgetting everything now and then is cheap, and keeps thousands of halls from piling up.
  if plan_count > 500 then plans, plan_count = {}, 0 end
  plan = indexed(cjson.decode(redis.call('GET', hall.root .. ':layout')))
  plans[hall.digest], plan_count = plan, plan_count + 1
  return plan
end

local function store_plan(hall, json, published)
  hall.digest = redis.sha1hex(json)
  redis.call('SET', hall.root .. ':layout', json)
  redis.call('HSET', hall.root, 'layout', hall.digest)
  if published == '1' then redis.call('HSET', hall.root, 'published', hall.digest) end
end
