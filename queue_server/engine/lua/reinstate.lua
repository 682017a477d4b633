--[[ reinstate: a missed visitor has come; behind the next ones, or at the end after a second miss.
  in        ticket
  refuses   NO_TICKET  WRONG_STATE  MISSED_TOO_OFTEN  DUPLICATE
  tells     ticket.reinstated  (ticket.called) ]]
command('reinstate', function(hall, arg)
  local rule, t = plan_of(hall).rule, tickets.load(hall, arg.ticket)
  tickets.may(t, 'reinstate')
  if t.misses > rule.misses_allowed then
    refuse('MISSED_TOO_OFTEN', 'Ticket ' .. t.number .. ' was missed too often and is closed.')
  end
  local twin = tickets.twin(hall, t)
  if twin then refuse('DUPLICATE', 'This person has ticket ' .. twin .. ' for it already.') end

  local head_start = plan_of(hall).class[t.class].head_start
  local behind = t.misses < 2 and rule.back_behind > 0
    and lanes.counts_from_at(hall, t.lane, t.class, rule.back_behind - 1)
  local entered = t.entered
  if t.misses >= 2 then entered = hall.now end
  if behind then entered = math.max(entered, behind + head_start) end
  tickets.wait(hall, t)
  t.ended = nil
  tickets.new_entry(hall, t)
  tickets.place(hall, t, entered)
  tickets.live(hall, t)
  tickets.tell(hall, 'ticket.reinstated', t)
  calling.join(hall, t)
end, 'open')
