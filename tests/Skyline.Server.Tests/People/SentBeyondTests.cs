using System.Net;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Tests.People;

/// <summary>Mass assignment: fields that a request has beyond those that are asked for, by the names that they have elsewhere, give nobody more.</summary>
public sealed class SentBeyondTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task Send(HttpClient http, HttpMethod method, string path, string json)
    {
        using var answer = await http.SendAsync(new(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
    }

    [Fact]
    public async Task A_form_that_says_more_makes_nobody_more_than_they_were_invited_to_be()
    {
        await using var site = await Site.Open();
        using var browser = SignInTests.Browser(site);
        var path = new Uri((await site.Admin.Invite(new("viewer"), Ct)).Link).AbsolutePath[1..];

        var answer = await SignInTests.Post(browser, "invitation", ("__RequestVerificationToken", await SignInTests.FormToken(browser, path)), ("secret", path.Split('/')[1]), ("name", "vic"), ("password", "correct horse battery"),
            ("role", "admin"), ("Role", "admin"), ("admin", "true"), ("id", "1"), ("person", "admin"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("viewer", (await site.Admin.People(Ct)).Single(person => person.Name == "vic").Role);
    }

    [Fact]
    public async Task Json_that_says_more_is_its_senders_own_and_no_more_than_they_may()
    {
        await using var site = await Site.Open();
        var http = site.Http((await site.Admin.AddPerson(new("ann"), Ct)).Token);
        var ann = new SkylineClient(http);

        await Send(http, HttpMethod.Post, "api/tokens", """{"name":"mine","scopes":["read"],"person":"admin","user":"admin","userId":1,"user_id":1,"role":"admin"}""");
        await Send(http, HttpMethod.Post, "api/side-tags", """{"target":"paper","owner":"admin","ownerId":1,"private":true,"closed":true,"secondPerson":true,"locked":true}""");
        var side = (await ann.SideTags(Ct)).SideTags.Single();
        await Send(http, HttpMethod.Patch, $"api/side-tags/{side.Name}", """{"note":"mine","owner":"admin","name":"paper","into":"other"}""");

        Assert.Contains("mine", (await ann.Tokens(Ct)).Select(token => token.Name));
        Assert.DoesNotContain("mine", (await site.Admin.Tokens(Ct)).Select(token => token.Name));
        Assert.Equal("ann", (await ann.SideTag(side.Name, Ct)).SideTag.Owner);
        var tag = await ann.Tag(side.Name, Ct);
        Assert.Equal((false, false), (tag.Private, tag.Closed));
        Assert.Equal("packager", (await ann.WhoAmI(Ct)).Role);
    }
}
