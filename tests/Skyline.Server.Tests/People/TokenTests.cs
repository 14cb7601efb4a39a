using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.People;

/// <summary>Tokens: named, for something, for a time, and over from one moment to the next.</summary>
public sealed class TokenTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<RefusedException> Refused(Func<Task> act) => await Assert.ThrowsAsync<RefusedException>(act);

    [Fact]
    public async Task A_token_may_what_its_person_may_as_far_as_it_is_for_that()
    {
        await using var site = await Site.Open();
        var reading = new SkylineClient(site.Http((await site.Admin.CreateToken(new("reader", ["read"]), Ct)).Token));
        var building = new SkylineClient(site.Http((await site.Admin.CreateToken(new("script", ["build"]), Ct)).Token));
        var viewer = new SkylineClient(site.Http((await site.Admin.AddPerson(new("vic", "viewer"), Ct)).Token));

        Assert.Equal((false, "admin", "read"), await Told(reading));
        Assert.Equal((false, "admin", "read build"), await Told(building));
        var srpm = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        var small = await Refused(() => reading.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct));
        Assert.Equal((403, "This token of 'admin' is for read, and this needs 'build': make one that is for it too with `skyline token create`."), (small.Status, small.Message));
        Assert.Equal("hello", (await building.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct)).Nvr[..5]);
        Assert.Equal(403, (await Refused(() => building.AddPerson(new("eve", "admin"), Ct))).Status);
        // A token that is for more than its person's role may is for no more than that.
        var all = new SkylineClient(site.Http((await viewer.CreateToken(new("all", ["all"]), Ct)).Token));
        Assert.Equal("'vic' is a viewer, and this is for a packager or more: an administrator gives roles with `skyline person set vic --role packager`.",
            (await Refused(() => all.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct))).Message);

        static async Task<(bool, string?, string)> Told(SkylineClient client) => await client.WhoAmI(Ct) is var me ? (me.Admin, me.Role, string.Join(' ', me.Scopes!)) : default;
    }

    [Fact]
    public async Task A_small_token_makes_no_larger_one()
    {
        await using var site = await Site.Open();
        var small = new SkylineClient(site.Http((await site.Admin.CreateToken(new("small", ["build", "account"]), Ct)).Token));

        Assert.Equal(403, (await Refused(() => small.CreateToken(new("larger", ["admin"]), Ct))).Status);
        Assert.Equal(403, (await Refused(() => small.CreateToken(new("largest", ["all"]), Ct))).Status);
        Assert.Equal(["read", "build"], (await small.CreateToken(new("smaller", ["build"]), Ct)).Scopes);
        Assert.Equal(400, (await Refused(() => small.CreateToken(new("odd", ["everything"]), Ct))).Status);
        Assert.Equal(400, (await Refused(() => small.CreateToken(new("no name", ["build"]), Ct))).Status);
        Assert.Equal(409, (await Refused(() => small.CreateToken(new("smaller", ["build"]), Ct))).Status);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_from_the_answer_on_and_one_that_is_over_too()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later));
        var ann = await site.Person("ann");
        var (gone, short_) = (await ann.CreateToken(new("gone", ["all"]), Ct), await ann.CreateToken(new("short", ["all"], 1), Ct));
        var (a, b) = (new SkylineClient(site.Http(gone.Token)), new SkylineClient(site.Http(short_.Token)));
        Assert.Equal("ann", (await a.WhoAmI(Ct)).Name);
        Assert.Equal("ann", (await b.WhoAmI(Ct)).Name);

        await ann.RevokeToken(gone.Id, Ct);
        Assert.Equal(401, (await Refused(() => a.WhoAmI(Ct))).Status);
        later.Pass(TimeSpan.FromDays(1));
        Assert.Equal(401, (await Refused(() => b.WhoAmI(Ct))).Status);

        Assert.Equal(["first"], (await ann.Tokens(Ct)).Select(token => token.Name));
        var bob = await site.Person("bob");
        Assert.Equal(404, (await Refused(async () => await bob.RevokeToken((await ann.Tokens(Ct))[0].Id, Ct))).Status);
    }

    [Fact]
    public async Task A_token_that_is_revoked_while_a_package_is_sent_submits_nothing()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var token = await ann.CreateToken(new("ci", ["build"]), Ct);
        var paper = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        // What it sends goes out once the server has seen whose it is, and asks for it.
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = site.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token.Token);
        http.DefaultRequestHeaders.ExpectContinue = true;
        foreach (var address in new[] { $"api/builds?target=paper&name={paper.FileName}", $"api/sources?name={paper.FileName}" })
        {
            var body = new HeldBody(paper.Bytes);
            var sending = http.PostAsync(address, body, Ct);
            await body.HalfSent.WaitAsync(Ct);
            if (address.StartsWith("api/builds", StringComparison.Ordinal)) await ann.RevokeToken(token.Id, Ct);
            else await site.Admin.EditPerson("ann", new(Disabled: true), Ct);
            body.GoOn();

            using var answer = await sending;
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("was revoked, or has expired, while this was sent", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
            if (address.StartsWith("api/builds", StringComparison.Ordinal)) http.DefaultRequestHeaders.Authorization = new("Bearer", (await ann.CreateToken(new("ci-2", ["build"]), Ct)).Token);
        }
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(site.Data, "blobs"), "*", SearchOption.AllDirectories), file => new FileInfo(file).Length == paper.Bytes.Length);
    }

    [Fact]
    public async Task A_role_that_is_taken_and_a_person_who_is_let_in_no_more_count_at_once()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        Assert.Equal("packager", (await ann.WhoAmI(Ct)).Role);

        Assert.Equal("admin", (await site.Admin.EditPerson("ann", new("admin"), Ct)).Role);
        Assert.Equal(["admin", "ann"], (await ann.People(Ct)).Select(person => person.Name));
        await site.Admin.EditPerson("ann", new("viewer"), Ct);
        Assert.Equal(403, (await Refused(() => ann.People(Ct))).Status);
        Assert.True((await site.Admin.EditPerson("ann", new(Disabled: true), Ct)).Disabled);
        Assert.Equal(401, (await Refused(() => ann.WhoAmI(Ct))).Status);
        Assert.False((await site.Admin.EditPerson("ann", new(Disabled: false), Ct)).Disabled);
        Assert.Equal("ann", (await ann.WhoAmI(Ct)).Name);
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        await using var site = await Site.Open();
        foreach (var edit in new PersonEdit[] { new("viewer"), new(Disabled: true) })
            Assert.Equal((409, "'admin' is the last administrator: make somebody else one first (skyline person set NAME --role admin), or nobody could make one any more."),
                await Refused(() => site.Admin.EditPerson("admin", edit, Ct)) is var refused ? (refused.Status, refused.Message) : default);
        await site.Person("ann");
        await site.Admin.EditPerson("ann", new("admin"), Ct);

        Assert.Equal("release-engineer", (await site.Admin.EditPerson("admin", new("release-engineer"), Ct)).Role);
    }

    [Fact]
    public async Task When_a_token_was_used_is_kept_without_anybody_waiting_for_it()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var database = site.Part<Database>();
        var before = database.Commits;
        await ann.WhoAmI(Ct);
        Assert.NotNull((await ann.Tokens(Ct))[0].UsedAt);
        Assert.Equal(before, database.Commits);

        await site.Part<NoteUse>().Run(Ct);

        Assert.Equal(1, database.Read(db => db.One<int>("SELECT count(*) FROM tokens t JOIN users u ON u.id = t.user_id WHERE u.name = 'ann' AND t.last_used_at IS NOT NULL")));
        Assert.NotNull((await ann.Tokens(Ct))[0].UsedAt);
    }

    [Fact]
    public async Task Nobody_is_given_a_secret_a_second_time()
    {
        await using var site = await Site.Open();
        using var http = site.Http(site.AdminToken);
        http.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var made = new List<string>();
        for (var n = 0; n < 2; n++)
        {
            using var answer = await http.PostAsync("api/people", new StringContent("""{"name": "ann"}""", Encoding.UTF8, "application/json"), Ct);
            made.Add($"{(int)answer.StatusCode}");
        }
        Assert.Equal(["201", "409"], made);
        Assert.DoesNotContain("sky_", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(site.Data, "skyline.db-wal"), Ct)), StringComparison.Ordinal);
    }

    /// <summary>Half of a body, and the rest when the test says so.</summary>
    sealed class HeldBody(byte[] bytes) : HttpContent
    {
        readonly TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously), rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfSent => half.Task;

        public void GoOn() => rest.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), Ct);
            await stream.FlushAsync(Ct);
            half.SetResult();
            await rest.Task.WaitAsync(Ct);
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2), Ct);
        }

        protected override bool TryComputeLength(out long length) => (length = bytes.Length) > 0;
    }
}
