using System.Diagnostics;
using System.Net.Http.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Audit;

public sealed class AuditTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<IReadOnlyList<AuditEntry>> Entries(Site site, string? who = null, string? thing = null) => (await site.Admin.Audit(who, thing, null, null, 500, Ct)).Entries;

    [Fact]
    public async Task A_change_is_noted_with_who_did_it_from_where_and_what_was_before_and_after()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        using var http = site.Http(site.AdminToken);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("test/1.0");
        (await http.PatchAsJsonAsync("api/people/ann", new PersonEdit("release-engineer"), Ct)).EnsureSuccessStatusCode();

        var entry = (await Entries(site, thing: "person ann"))[0];
        Assert.Equal(("person", "admin", "token 1", "127.0.0.1", "test/1.0", "PATCH /api/people/{name}", "changed", "person ann"), (entry.Kind, entry.Who, entry.With, entry.Address, entry.Agent, entry.Door, entry.Act, entry.Thing));
        Assert.Equal("""{"role":"packager"}""", entry.Before!.Value.GetRawText());
        Assert.Equal("""{"role":"release-engineer"}""", entry.After!.Value.GetRawText());
        Assert.Equal("added", (await Entries(site, thing: "ann"))[1].Act);
        Assert.Empty(await Entries(site, who: "ann"));
    }

    [Fact]
    public async Task What_changes_a_tag_is_noted_with_it_and_what_changes_nothing_is_not()
    {
        await using var site = await Site.Open();
        await site.Admin.SetTag("paper", new TagSettings(Description: "What we ship"), false, Ct);
        var head = await site.Admin.AuditHead(Ct);
        await site.Admin.SetTag("paper", new TagSettings(Description: "What we ship"), false, Ct);
        await site.Admin.SetTag("paper", new TagSettings(Description: "Another"), true, Ct);
        Assert.Equal(head, await site.Admin.AuditHead(Ct));

        var entry = (await Entries(site, "admin", "tag paper"))[0];
        Assert.Equal("""{"description":""}""", entry.Before!.Value.GetRawText());
        Assert.Equal("""{"description":"What we ship"}""", entry.After!.Value.GetRawText());
    }

    [Fact]
    public async Task A_write_that_is_undone_leaves_no_entry_and_its_neighbours_keep_theirs()
    {
        await using var site = await Site.Open();
        var database = site.Part<Database>();
        var before = await site.Admin.AuditHead(Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Write(tx =>
        {
            tx.Note("did", "thing undone");
            throw new InvalidOperationException();
        }, Ct));
        await database.Write(tx => tx.Note("did", "thing done"), Ct);

        Assert.Equal(before.Number + 1, (await site.Admin.AuditHead(Ct)).Number);
        Assert.Empty(await Entries(site, thing: "thing undone"));
    }

    [Fact]
    public async Task Of_many_who_write_at_once_each_is_noted_as_themselves()
    {
        await using var site = await Site.Open();
        var people = new List<(string Name, SkylineClient Client)>();
        for (var i = 0; i < 6; i++) people.Add(($"p{i}", await site.Person($"p{i}")));
        await Task.WhenAll(people.SelectMany(person => Enumerable.Range(0, 10).Select(i => person.Client.CreateToken(new($"{person.Name}-{i}", ["read"]), Ct))));

        var made = (await Entries(site)).Where(entry => entry.Thing.StartsWith("token ", StringComparison.Ordinal)).ToList();
        Assert.Equal(60, made.Count);
        Assert.All(made, entry => Assert.StartsWith(entry.Who + "-", entry.After!.Value.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task No_secret_is_ever_in_the_log()
    {
        await using var site = await Site.Open();
        var added = await site.Admin.AddPerson(new("ann"), Ct);
        using var ann = site.Http(added.Token);
        var token = await new SkylineClient(ann).CreateToken(new("one", ["read"]), Ct);
        var invitation = await site.Admin.Invite(new(Role: "viewer"), Ct);
        var session = await site.Session(added.Token);
        await site.Admin.SetTag("paper", new TagSettings(Description: $"see {added.Token}"), false, Ct);

        var all = string.Join('\n', await site.Admin.ExportAudit(Ct).ToListAsync(Ct));
        Assert.All(new[] { added.Token, token.Token, invitation.Link.Split('/')[^1], session, site.AdminToken, site.BuilderToken }, secret => Assert.DoesNotContain(secret, all));
        Assert.Contains("see sky_…", all);
    }

    [Fact]
    public async Task Signing_in_is_noted_as_are_tries_in_vain_up_to_a_number_an_hour()
    {
        await using var site = await Site.Open();
        await site.Session(site.AdminToken);
        var failures = site.Part<Skyline.Server.People.FailedSignIns>();
        for (var i = 0; i < 510; i++) await failures.Note("admin", Ct);

        var tried = (await Entries(site, thing: "person admin")).Where(entry => entry.Act.StartsWith("tried in vain", StringComparison.Ordinal)).ToList();
        Assert.EndsWith("not noted", tried[0].Act);
        using var http = site.Http(site.AdminToken);
        Assert.Contains(await site.Admin.ExportAudit(Ct).ToListAsync(Ct), line => line.Contains("\"act\":\"signed in with token 1\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE audit SET entry = replace(entry, 'ann', 'bob') WHERE number = 4", "is not what it was")]
    [InlineData("DELETE FROM audit WHERE number = 4", "what was between them is gone")]
    [InlineData("DELETE FROM audit WHERE number >= (SELECT max(number) FROM audit)", "its end was cut off")]
    [InlineData("UPDATE audit SET number = -1 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 5; UPDATE audit SET number = 5 WHERE number = -1", "it stands in the wrong place|what was between them is gone")]
    [InlineData("UPDATE audit SET number = number + 1000 WHERE number > 4; UPDATE audit SET number = number - 999 WHERE number > 1000; INSERT INTO audit (number, entry, hash) SELECT 5, entry, hash FROM audit WHERE number = 4", "stands in the wrong place|is not what it was")]
    [InlineData("DELETE FROM audit WHERE number > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'", "its end was cut off")]
    public async Task Tampering_shows(string sql, string says)
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        await site.Person("bob");
        await site.Person("eve");
        var head = await site.Admin.AuditHead(Ct);
        await site.Stop();
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await VerifyAudit.Run([$"--Skyline:Data={site.Data}", $"--head={head.Number}:{head.Hash}"], output, error));
        Assert.Contains($"head {head.Number}:{head.Hash}", output.ToString());

        using (var database = new SqliteConnection($"Data Source={Path.Combine(site.Data, "skyline.db")};Pooling=False"))
            await database.ExecuteAsync("DROP TRIGGER audit_stays; DROP TRIGGER audit_keeps; " + sql);
        Assert.Equal(7, await VerifyAudit.Run([$"--Skyline:Data={site.Data}", $"--head={head.Number}:{head.Hash}"], output, error));
        Assert.Contains(says.Split('|'), part => error.ToString().Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_was_written_anew_from_its_beginning_is_told_by_a_head_that_was_noted_elsewhere()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        var head = await site.Admin.AuditHead(Ct);
        await site.Stop();
        using (var database = new SqliteConnection($"Data Source={Path.Combine(site.Data, "skyline.db")};Pooling=False"))
        {
            var (rows, hash) = ((await database.QueryAsync<(long Number, string Entry)>("SELECT number, entry FROM audit ORDER BY number")).ToList(), AuditChain.Beginning);
            await database.ExecuteAsync("DROP TRIGGER audit_stays");
            foreach (var (number, entry) in rows)
            {
                var forged = entry.Replace("person ann", "person eve", StringComparison.Ordinal);
                await database.ExecuteAsync("UPDATE audit SET entry = @forged, hash = @hash WHERE number = @number", new { number, forged, hash = hash = AuditChain.Next(hash, forged) });
            }
        }
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await VerifyAudit.Run([$"--Skyline:Data={site.Data}"], output, error));
        Assert.Equal(7, await VerifyAudit.Run([$"--Skyline:Data={site.Data}", $"--head={head.Number}:{head.Hash}"], output, error));
        Assert.Contains("written anew", error.ToString());
    }

    [Fact]
    public async Task The_server_itself_changes_and_removes_nothing_of_it()
    {
        await using var site = await Site.Open();
        var database = site.Part<Database>();
        await Assert.ThrowsAsync<SqliteException>(() => database.Write(tx => tx.Execute("UPDATE audit SET entry = '{}'"), Ct));
        await Assert.ThrowsAsync<SqliteException>(() => database.Write(tx => tx.Execute("DELETE FROM audit"), Ct));
        Assert.Null(ReadAudit.Verify(database, null).Fault);
    }

    [Fact]
    public async Task A_script_that_knows_nothing_of_this_server_verifies_an_export()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        await site.Admin.SetTag("paper", new TagSettings(Description: "Größe: \"groß\" <b> \u2028 \\ 漢字"), false, Ct);
        var lines = await site.Admin.ExportAudit(Ct).ToListAsync(Ct);
        using var temp = new TempFolder();
        var (script, good, bad) = (Path.Combine(AppContext.BaseDirectory, "Audit", "verify.py"), temp["good.jsonl"], temp["bad.jsonl"]);
        await File.WriteAllTextAsync(good, string.Join('\n', lines) + "\n", Ct);
        var head = await site.Admin.AuditHead(Ct);
        Assert.Equal((0, $"{head.Number}:{head.Hash}"), await Python(script, good));

        await File.WriteAllTextAsync(bad, string.Join('\n', lines).Replace("person ann", "person eve", StringComparison.Ordinal) + "\n", Ct);
        Assert.Equal(1, (await Python(script, bad)).Code);
    }

    static async Task<(int Code, string Said)> Python(string script, string file)
    {
        using var process = Process.Start(new ProcessStartInfo("python3") { ArgumentList = { script, file }, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, said.Trim());
    }
}
