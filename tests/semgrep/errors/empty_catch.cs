class Mailer
{
    void Send()
    {
        try { transport.Send(mail); }
        // ruleid: empty-catch-braces
        catch (SmtpException ex) { }
        try { transport.Send(mail); }
        // ruleid: empty-catch-braces
        catch { }
        try { transport.Send(mail); }
        // ok: empty-catch-braces
        catch (SmtpException ex) { log.LogError(ex, "mail"); }
        try { await task; }
        // ok: empty-catch-braces
        catch (OperationCanceledException) { }
        try { transport.Close(); }
        // ok: empty-catch-braces
        catch { /* closed already */ }
    }
}
