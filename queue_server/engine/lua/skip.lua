--[[ skip: not this one, the next please; the skipped one keeps its place.
  in        window
  refuses   CLOSED  PAUSED  IDLE  WRONG_STATE  NOBODY
  tells     ticket.skipped  ticket.called ]]
window_command('skip', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'skip')
  if w.state == 'paused' then refuse('PAUSED', 'Window ' .. w.number .. ' is paused.') end
  local decision = calling.choose(hall, w)
  if not decision then refuse('NOBODY', 'Nobody else is waiting for this window.') end

  tickets.wait(hall, t)
  tickets.tell(hall, 'ticket.skipped', t, 'window', w.number)
  calling.call(hall, w, tickets.load(hall, decision.number), decision)
  calling.join(hall, t)
end)
