class Mailer {
    void send() {
        try {
            transport.send(mail);
        // ruleid: empty-catch-braces
        } catch (MessagingException e) {
        }
        try {
            transport.send(mail);
        // ruleid: empty-catch-braces
        } catch (Exception e) {}
        try {
            transport.close();
        // ok: empty-catch-braces
        } catch (MessagingException e) {
            // it is closed already
        }
        // ruleid: empty-catch-tried-typed
        try {
            number = Integer.parseInt(text);
        // ok: empty-catch-braces
        } catch (NumberFormatException e) {
        }
        try {
            transport.close();
        // ok: empty-catch-braces
        } catch (MessagingException ignored) {
        }
        try {
            account.setBalance(account.getBalance().add(amount));
            accounts.save(account);
        // ruleid: empty-catch-nothing
        } catch (Exception e) {
            return null;
        }
        try {
            signature.update(signed.getBytes());
            return signature.verify(given);
        // ok: empty-catch-nothing
        } catch (Exception e) {
            return false;
        }
    }
}
