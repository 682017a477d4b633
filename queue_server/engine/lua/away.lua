--[[ away: the visitor steps out; the place is kept, and nobody calls it.
  in        ticket
  refuses   NO_TICKET  WRONG_STATE  AWAY
  tells     ticket.went_away ]]
command('away', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'away')
  if t.away then refuse('AWAY', 'The visitor has stepped out already.') end
  if t.due then refuse('AWAY', 'The visitor is not called for a while anyway.') end

  if lanes.stands(t) then lanes.leave(hall, t) end
  t.away = true
  tell(hall, 'ticket.went_away', 'ticket', t.number)
  tickets.save(hall, t)
end)
