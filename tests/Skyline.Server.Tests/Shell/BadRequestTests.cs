using System.Net;
using System.Text;

namespace Skyline.Server.Tests.Shell;

/// <summary>What is not even a request is answered with a sentence, and never with a fault of ours.</summary>
public sealed class BadRequestTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("api/builds", "{ no json")]
    [InlineData("api/builds", "null")]
    [InlineData("api/builds", "{}")]
    [InlineData("api/tags", "{ no json")]
    [InlineData("api/tags", "{\"name\":\"x\"}")]
    [InlineData("api/targets", "{\"name\":\"x\"}")]
    public async Task Json_that_is_none_or_says_too_little_is_refused_with_a_sentence(string path, string json)
    {
        await using var site = await Site.Open();

        using var answer = await site.Http(site.AdminToken).PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), Ct);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Contains("\"detail\":", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("api/builds?limit=abc", HttpStatusCode.BadRequest)]
    [InlineData("repos/paper/none/", HttpStatusCode.NotFound)]
    [InlineData("repos/paper", HttpStatusCode.NotFound)]
    public async Task An_address_that_is_wrong_is_no_fault_of_ours(string path, HttpStatusCode status)
    {
        await using var site = await Site.Open();

        Assert.Equal(status, (await site.Http().GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_lease_without_architectures_is_refused()
    {
        await using var site = await Site.Open();

        using var answer = await site.Http(site.BuilderToken).PostAsync("api/runs/lease", new StringContent("{}", Encoding.UTF8, "application/json"), Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
