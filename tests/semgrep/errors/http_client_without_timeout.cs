class Rates
{
    void Clients()
    {
        // ruleid: http-client-without-timeout-csharp
        var a = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var b = new HttpClient();
        // ruleid: http-client-without-timeout-csharp
        b.Timeout = Timeout.InfiniteTimeSpan;
        // ruleid: http-client-without-timeout-csharp
        b.Timeout = TimeSpan.FromMilliseconds(-1);
        // bounded by its library: 100 seconds
        // ok: http-client-without-timeout-csharp
        var c = new HttpClient();
        // ok: http-client-without-timeout-csharp
        c.Timeout = TimeSpan.FromSeconds(5);
        // ok: http-client-without-timeout-csharp
        var d = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
    }
}
