--[[ shown: a screen showed a call to people. A fact: it is heard whatever the ticket's state is now.
  in        ticket  call (seq of the call)  device  delay (ms)
  refuses   NO_TICKET  INVALID call | device
  tells     ticket.shown ]]
command('shown', function(hall, arg)
  devices.check_call(hall, arg)

  devices.confirm(hall, arg, 'screen')
  tell(hall, 'ticket.shown', 'ticket', arg.ticket, 'call', arg.call, 'device', arg.device,
    'delay', arg.delay)
end, 'open closing closed')
