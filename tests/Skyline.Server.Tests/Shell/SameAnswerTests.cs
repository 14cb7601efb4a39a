using System.Net;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Shell;

/// <summary>A request that is sent again, and refusals that nobody wrote.</summary>
public sealed class SameAnswerTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<HttpResponseMessage> Post(HttpClient http, string path, HttpContent? body, string key) => Send(http, HttpMethod.Post, path, body, key);

    static async Task<HttpResponseMessage> Send(HttpClient http, HttpMethod method, string path, HttpContent? body, string key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, Ct);
    }

    static Task<HttpResponseMessage> Tag(HttpClient http, string name, string key) =>
        Post(http, "api/tags", new StringContent($$"""{"name": "{{name}}", "chroot": "paper-1"}""", Encoding.UTF8, "application/json"), key);

    [Fact]
    public async Task A_request_with_the_same_key_is_answered_as_the_first_and_makes_nothing_twice()
    {
        await using var site = await Site.Open();
        var http = site.Http(site.AdminToken);

        var (first, again, other) = (await Tag(http, "mine", "k1"), await Tag(http, "mine", "k1"), await Tag(http, "mine", "k2"));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict], new[] { first, again, other }.Select(answer => answer.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Ct), await again.Content.ReadAsStringAsync(Ct));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Tag(http, "another", "k1")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Tag(http, "another", new string('k', 101))).StatusCode);
    }

    [Fact]
    public async Task What_is_changed_or_removed_with_the_same_key_is_so_once_and_a_secret_is_given_once()
    {
        await using var site = await Site.Open();
        var http = site.Http(site.AdminToken);
        HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");
        await Tag(http, "mine", "k1");

        var changed = new[] { await Send(http, HttpMethod.Patch, "api/tags/mine", Json("""{"description": "Mine"}"""), "k2"), await Send(http, HttpMethod.Patch, "api/tags/mine", Json("""{"description": "Mine"}"""), "k2") };
        var removed = new[] { await Send(http, HttpMethod.Delete, "api/tags/mine", null, "k3"), await Send(http, HttpMethod.Delete, "api/tags/mine", null, "k3"), await Send(http, HttpMethod.Delete, "api/tags/mine", null, "k4") };
        var people = new[] { await Post(http, "api/people", Json("""{"name": "ann"}"""), "k5"), await Post(http, "api/people", Json("""{"name": "ann"}"""), "k5") };
        var other = await Send(http, HttpMethod.Delete, "api/targets/paper", null, "k3");

        Assert.Equal(await changed[0].Content.ReadAsStringAsync(Ct), await changed[1].Content.ReadAsStringAsync(Ct));
        Assert.Contains("described anew", await changed[1].Content.ReadAsStringAsync(Ct));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NotFound], removed.Select(answer => answer.StatusCode));
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], people.Select(answer => answer.StatusCode));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_source_package_sent_again_is_one_build_and_a_key_is_its_owners_alone()
    {
        await using var site = await Site.Open();
        var (srpm, http) = (Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"), site.Http(site.AdminToken));
        Task<HttpResponseMessage> Submit(HttpClient from) => Post(from, $"api/builds?target=paper&scratch=true&name={srpm.FileName}", new ByteArrayContent(srpm.Bytes), "upload");

        var answers = new[] { await Submit(http), await Submit(http) };
        var stranger = site.Http((await site.Admin.AddPerson(new NewPerson("ann"), Ct)).Token);
        await Submit(stranger);

        Assert.Equal(answers[0].Headers.Location, answers[1].Headers.Location);
        Assert.Equal(2, (await site.Admin.Builds(Ct)).Builds.Count);
    }

    [Theory]
    [InlineData("GET", "api/nothing/here", 404, "There is nothing at /api/nothing/here")]
    [InlineData("DELETE", "api/builds", 405, "takes no DELETE; it takes ")]
    [InlineData("POST", "api/tags", 415, "send application/json")]
    [InlineData("POST", "api/builders", 401, "This needs a token")]
    public async Task What_the_framework_refuses_is_a_problem_with_a_sentence_too(string method, string path, int status, string says)
    {
        await using var site = await Site.Open();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new StringContent("x", Encoding.UTF8, status == 415 ? "text/plain" : "application/json") : null };

        var answer = await site.Http(status == 401 ? null : site.AdminToken).SendAsync(request, Ct);

        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("detail").GetString());
    }
}
