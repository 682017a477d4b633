--[[ reclassify: another class, and so another head start, from the same entry.
  in        ticket  class  reason
  refuses   NO_TICKET  WRONG_STATE  INVALID class | reason
  tells     ticket.reclassified  (ticket.called) ]]
command('reclassify', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'reclassify')
  if not plan_of(hall).class[arg.class or ''] then
    invalid('class', 'There is no class ' .. (arg.class or '') .. '.')
  end
  if not arg.reason then invalid('reason', 'Why? The reason is kept with the ticket.') end

  local stood = lanes.stands(t)
  local so_far = stood and lanes.so_far(hall, t)
  if stood then lanes.leave(hall, t) end
  t.class, t.class_reason = arg.class, arg.reason
  tickets.place(hall, t, t.entered)
  tickets.tell(hall, 'ticket.reclassified', t, 'reason', arg.reason)
  if stood then calling.join(hall, t, so_far) else tickets.save(hall, t) end
end)
