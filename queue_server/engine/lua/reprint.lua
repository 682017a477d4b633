--[[ reprint: the slip is wanted once more (补打); a printer prints it and says so.
  in        ticket  device (the printer; any when empty)  reason
  refuses   NO_TICKET  WRONG_STATE
  tells     ticket.reprint_asked ]]
command('reprint', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'reprint')

  tell(hall, 'ticket.reprint_asked', 'ticket', t.number, 'device', arg.device,
    'reason', arg.reason)
end)
