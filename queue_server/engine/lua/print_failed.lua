--[[ print_failed: the slip is not on paper; the number holds all the same.
  in        ticket  device  error
  refuses   NO_TICKET  INVALID device | error
  tells     ticket.print_failed ]]
command('print_failed', function(hall, arg)
  tickets.load(hall, arg.ticket)
  if not arg.device then invalid('device', 'Which device?') end
  if not arg.error then invalid('error', 'What is wrong with the printer?') end

  tell(hall, 'ticket.print_failed', 'ticket', arg.ticket, 'device', arg.device,
    'error', arg.error)
end, 'open closing closed')
