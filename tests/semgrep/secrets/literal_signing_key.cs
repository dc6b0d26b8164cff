class Tokens
{
    private const string Key = "not-a-real-key";

    void Sign(IConfiguration configuration)
    {
        // ruleid: literal-signing-key-csharp
        var a = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("not-a-real-key"));
        // ruleid: literal-signing-key-csharp
        var b = new SymmetricSecurityKey(Encoding.ASCII.GetBytes(Key));
        // ruleid: literal-signing-key-csharp
        var c = new HMACSHA256(Encoding.UTF8.GetBytes("not-a-real-key"));
        // ok: literal-signing-key-csharp
        var d = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(configuration["Jwt:Key"]));
        // ok: literal-signing-key-csharp
        var e = new HMACSHA256(options.Value.Secret);
        // ok: literal-signing-key-csharp
        var f = new HMACSHA256();
    }
}
