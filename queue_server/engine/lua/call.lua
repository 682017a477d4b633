--[[ call: this number, whoever's turn it is; also a ticket left at a window that was lost.
  in        window  ticket
  refuses   CLOSED  PAUSED  BUSY  NO_TICKET  WRONG_STATE  ELSEWHERE
  tells     ticket.called ]]
local function left_behind(hall, t)
  if t.state ~= 'called' and t.state ~= 'serving' then return nil end
  local from = windows.load(hall, t.window)
  if not from.lost then
    refuse('ELSEWHERE', 'Ticket ' .. t.number .. ' is at window ' .. t.window .. '.')
  end
  return from
end

window_command('call', function(hall, arg)
  local w = windows.ready(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  local from = left_behind(hall, t)
  if not from then tickets.may(t, 'call') end

  if from then
    from.ticket = nil
    windows.save(hall, from)
  end
  calling.call(hall, w, t, {rule = 'by_number'})
end)
