--[[ call_next: a window asks for the ticket whose turn it is.
  in        window  lane (only this one)
  refuses   CLOSED  the window is not open
            PAUSED  BUSY  the window still has a ticket
            NOBODY  no lane of this window has anyone waiting
            INVALID lane
  tells     ticket.called | window.asked (when the window calls by itself) ]]
window_command('call_next', function(hall, arg)
  local w = windows.ready(hall, arg)
  if arg.lane and not windows.has_lane(hall, w, arg.lane) then
    invalid('lane', 'Window ' .. w.number .. ' does not serve a lane ' .. arg.lane .. '.')
  end
  local decision = calling.choose(hall, w, arg.lane)
  if not decision and (not w.auto or w.asking) then
    refuse('NOBODY', 'Nobody is waiting for this window.')
  end

  if not decision then return calling.settle(hall, w) end
  calling.call(hall, w, tickets.load(hall, decision.number), decision)
end)
