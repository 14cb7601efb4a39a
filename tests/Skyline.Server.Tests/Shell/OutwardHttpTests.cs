using System.Net;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Shell;

/// <summary>Where this server may be led. No public server can be had in a test: what would be asked is asked of the guard itself.</summary>
public sealed class OutwardHttpTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("93.184.215.14", "Public")]
    [InlineData("2606:2800:21f:cb07::1", "Public")]
    [InlineData("172.32.0.1", "Public")]
    [InlineData("10.1.2.3", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.0.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("fd12:3456::1", "Private")]
    [InlineData("::ffff:10.1.2.3", "Private")]
    [InlineData("64:ff9b::10.1.2.3", "Private")]
    [InlineData("127.0.0.2", "Local")]
    [InlineData("0.0.0.0", "Local")]
    [InlineData("::1", "Local")]
    [InlineData("::", "Local")]
    [InlineData("fe80::1%1", "Local")]
    [InlineData("169.254.169.254", "Local")]
    [InlineData("168.63.129.16", "Local")]
    [InlineData("100.100.100.200", "Local")]
    [InlineData("fd00:ec2::254", "Local")]
    [InlineData("::ffff:169.254.169.254", "Local")]
    [InlineData("64:ff9b::169.254.169.254", "Local")]
    public void How_near_an_address_is(string address, string near) => Assert.Equal(near, NearnessOf.Address(IPAddress.Parse(address)).ToString());

    /// <summary>A redirect's or a mirrorlist's target, by how near the one is that leads there.</summary>
    [Theory]
    [InlineData("93.184.215.14", "Private", "Public")]
    [InlineData("93.184.215.14", "Local", "Public")]
    [InlineData("192.168.0.1", "Private", "Private")]
    [InlineData("127.0.0.1", "Local", "Private")]
    [InlineData("10.1.2.3", "Public", "Public")]
    public async Task Nobody_leads_nearer_than_it_is_itself(string from, string named, string to) =>
        Assert.Equal(to, (await OutwardHttp.LedFrom(from, Enum.Parse<Nearness>(named), Ct)).ToString());

    [Theory]
    [InlineData("http://10.1.2.3/", "Public", "10.1.2.3 is an address of a private network, and a server outside of it led there")]
    [InlineData("http://[fd12:3456::1]/", "Public", "is an address of a private network")]
    [InlineData("http://169.254.169.254/latest", "Private", "169.254.169.254 is a loopback or link-local address")]
    [InlineData("http://[fd00:ec2::254]/latest", "Private", "is a loopback or link-local address")]
    [InlineData("http://localhost:1/", "Private", "localhost is a loopback or link-local address")]
    public async Task What_is_too_near_is_not_connected_to(string address, string nearest, string said)
    {
        using var http = new OutwardHttp(new SkylineSettings());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.Get(new Uri(address), Enum.Parse<Nearness>(nearest), Ct));

        Assert.Contains(said, refused.Message);
    }
}
