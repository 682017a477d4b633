"""What people see: boards, window screens, the phone page, LED strips."""
