--[[ printed: the slip is on paper.
  in        ticket  device  copy
  refuses   NO_TICKET  INVALID device
  tells     ticket.printed ]]
command('printed', function(hall, arg)
  tickets.load(hall, arg.ticket)
  if not arg.device then invalid('device', 'Which device?') end

  tell(hall, 'ticket.printed', 'ticket', arg.ticket, 'device', arg.device,
    'copy', arg.copy == '1')
end, 'open closing closed')
