--[[ unhold: back into the lane in the old place, or called at once to `window`.
  in        ticket  window
  refuses   NO_TICKET  WRONG_STATE  CLOSED  PAUSED  BUSY
  tells     ticket.unheld | ticket.called ]]
local function to_lane(hall, t)
  redis.call('ZREM', hall.root .. ':due', t.number)
  t.due = nil
  tickets.wait(hall, t)
  tickets.tell(hall, 'ticket.unheld', t)
  calling.join(hall, t)
end

command('unhold', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'unhold')
  local w = arg.window and windows.ready(hall, arg)

  if not w then return to_lane(hall, t) end
  calling.call(hall, w, t, {rule = 'unheld'})
end, nil, function(hall, arg, name)
  if arg.window then undo.remember(hall, arg, name) end
end)
