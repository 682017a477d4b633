--[[ change_layout: a new plan holds at once, and nobody loses a place.
  in        layout (JSON)  published (1: it is the hall's own)
  tells     layout.changed  ticket.moved …  window.closed … ]]
local function move(hall, number)
  local t = tickets.load(hall, number)
  local stands = lanes.stands(t)
  local so_far = stands and lanes.so_far(hall, t)
  if stands then lanes.leave(hall, t) end
  if tickets.settle(hall, t) then
    tickets.tell(hall, 'ticket.moved', t, 'steps', steps.text(t.steps))
  end
  if stands then lanes.join(hall, t, so_far) end
  tickets.save(hall, t)
end

command('change_layout', function(hall, arg)
  store_plan(hall, arg.layout, arg.published)
  tell(hall, 'layout.changed', 'layout', arg.layout)
  redis.call('DEL', hall.root .. ':undo')
  for _, number in ipairs(tickets.all_kept(hall)) do move(hall, number) end
  for _, w in ipairs(windows.every(hall)) do
    if not plan_of(hall).window[w.number] and w.state ~= 'closed' and not w.ticket then
      windows.close(hall, w)
    end
  end
  windows.note_owned(hall)
end)
