--[[ change_layout: a new plan holds at once, and nobody loses a place.
  in        layout (JSON)  published (1: it is the hall's own)
  tells     layout.changed  ticket.moved …  window.closed … ]]
local function new_lane(plan, t)
  local first = string.match(t.services, '%S+')
  local service = plan.service[first]
  if string.sub(t.lane, 1, 1) == '@' and plan.window[string.sub(t.lane, 2)] then return t.lane end
  if plan.lane[t.lane] and (t.steps or not service or service.lane == t.lane) then return t.lane end
  return service and service.lane or plan.lanes[1].id
end

local function move(hall, number)
  local plan, t = plan_of(hall), tickets.load(hall, number)
  local was_lane, was_class, was_place = t.lane, t.class, t.counts_from
  local stands = lanes.stands(t)
  if stands then lanes.leave(hall, t) end
  t.lane = new_lane(plan, t)
  steps.move(hall, t)
  if not plan.class[t.class] then t.class = 'ordinary' end
  tickets.place(hall, t, t.entered)
  if t.lane ~= was_lane or t.class ~= was_class or t.counts_from ~= was_place then
    tickets.tell(hall, 'ticket.moved', t)
  end
  if stands then lanes.join(hall, t) end
  tickets.save(hall, t)
end

command('change_layout', function(hall, arg)
  store_plan(hall, arg.layout, arg.published)
  tell(hall, 'layout.changed', 'layout', arg.layout)
  redis.call('DEL', hall.root .. ':undo')
  for _, number in ipairs(tickets.all_live(hall)) do move(hall, number) end
  for _, w in ipairs(windows.every(hall)) do
    if not plan_of(hall).window[w.number] and w.state ~= 'closed' and not w.ticket then
      windows.close(hall, w)
    end
  end
  windows.note_owned(hall)
end)
