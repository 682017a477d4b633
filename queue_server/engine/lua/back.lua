--[[ back: the visitor who stepped out may be called again, in the old place.
  in        ticket
  refuses   NO_TICKET  WRONG_STATE  AWAY
  tells     ticket.came_back  (ticket.called) ]]
command('back', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'back')
  if not t.away then refuse('AWAY', 'The visitor has not stepped out.') end

  t.away = nil
  tell(hall, 'ticket.came_back', 'ticket', t.number)
  if lanes.stands(t) then calling.join(hall, t) else tickets.save(hall, t) end
end)
