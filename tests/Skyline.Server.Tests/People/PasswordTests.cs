using Microsoft.AspNetCore.Identity;
using Skyline.Server.People;

namespace Skyline.Server.Tests.People;

public sealed class PasswordTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Its function, iterations and sizes are those of a password's: whoever measures the answers learns no names.</summary>
    [Fact]
    public async Task Who_is_not_here_is_checked_as_who_is()
    {
        using var passwords = new Passwords();

        var (real, nobodys) = (Convert.FromBase64String(await passwords.Hash("correct horse battery", Ct)), Convert.FromBase64String(Passwords.OfNobody()));

        Assert.Equal(real[..13], nobodys[..13]);
        Assert.Equal(real.Length, nobodys.Length);
        Assert.NotEqual(Passwords.OfNobody(), Passwords.OfNobody());
        Assert.Equal(PasswordVerificationResult.Failed, await passwords.Check(null, "correct horse battery", Ct));
    }
}
