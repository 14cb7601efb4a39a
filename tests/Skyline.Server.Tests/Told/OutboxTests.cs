using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Tests.Told;

/// <summary>What is put into the outbox arrives, whatever receivers do; and they get nothing out of it.</summary>
public sealed class OutboxTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    const string Local = "--Skyline:TellLocalAddresses=true";

    sealed record Row(string Name, string State, long Tries, long? LastStatus, string? LastAnswer);

    static Row Of(Site site, long id) =>
        site.Part<Database>().Read(db => db.One<Row>("SELECT name AS Name, state AS State, tries AS Tries, last_status AS LastStatus, last_answer AS LastAnswer FROM deliveries WHERE id = @id", new { id }))!;

    static async Task<long> Put(Site site, Delivery delivery)
    {
        var id = await site.Part<Database>().Write(tx => Outbox.Put(tx, delivery, site.Part<TimeProvider>().Stamp()), Ct);
        site.Part<Bells>().Ring(Bells.Deliveries);
        return id;
    }

    static async Task<Row> Until(Site site, long id, Func<Row, bool> is_)
    {
        while (true)
        {
            var bell = site.Part<Bells>().Next(Bells.Deliveries);
            if (Of(site, id) is var row && is_(row)) return row;
            Assert.True(await site.Part<Bells>().Wait(bell, TimeSpan.FromSeconds(30), Ct), $"It stays {row}.");
        }
    }

    static Delivery To(Uri address, string path = "/hook", string body = "{}") => new(DeliveryKind.Status, new(address, path), body);

    [Fact]
    public async Task A_delivery_arrives_once_with_its_headers_and_the_secret_that_is_in_no_row()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var sealed_ = site.Part<SealedSecrets>().Seal("hunter2");
        var secret = await site.Part<Database>().Write(tx => SealedSecrets.Keep(tx, sealed_, 1), Ct);

        var id = await Put(site, To(receiver.Address, "/api/v1/statuses/abc", """{"state":"success"}""") with { Headers = new Dictionary<string, string> { ["Accept"] = "application/json" }, Secret = new(secret, "Authorization", "token ") });

        var got = await receiver.Next();
        Assert.Equal(("POST", "/api/v1/statuses/abc", """{"state":"success"}"""), (got.Method, got.Path, got.Body));
        Assert.Equal(("token hunter2", "application/json", "application/json; charset=utf-8", "Skyline"), (got.Headers["authorization"], got.Headers["accept"], got.Headers["content-type"], got.Headers["user-agent"]));
        var row = await Until(site, id, row => row.State != "Waiting");
        Assert.Equal(("Delivered", 1L, (long?)204), (row.State, row.Tries, row.LastStatus));
        Assert.Equal(0, receiver.Left);
        await site.Stop();
        Assert.DoesNotContain("hunter2", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(site.Data, "skyline.db"), Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_taken_is_sent_again_and_given_up_after_a_day()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local);
        await using var receiver = await Receiver.Open();
        receiver.Answers(500);
        var id = await Put(site, To(receiver.Address));
        await receiver.Next();
        Assert.Equal((1L, (long?)500), await Until(site, id, row => row.Tries == 1) is var first ? (first.Tries, first.LastStatus) : default);

        later.Pass(TimeSpan.FromSeconds(10));
        site.Part<Bells>().Ring(Bells.Deliveries);
        await receiver.Next();
        Assert.Equal("Waiting", (await Until(site, id, row => row.Tries == 2)).State);

        later.Pass(TimeSpan.FromDays(1));
        site.Part<Bells>().Ring(Bells.Deliveries);
        await receiver.Next();
        Assert.Equal(3, (await Until(site, id, row => row.State == "GivenUp")).Tries);

        receiver.Answers(200);
        await site.Part<Database>().Write(tx => Outbox.Again(tx, id, later.Stamp()), Ct);
        site.Part<Bells>().Ring(Bells.Deliveries);
        await receiver.Next();
        Assert.Equal("Delivered", (await Until(site, id, row => row.State != "Waiting")).State);
    }

    [Fact]
    public async Task A_stop_and_a_receiver_that_is_down_lose_nothing()
    {
        var later = new LaterTime();
        var down = await Receiver.Open();
        var address = down.Address;
        await down.DisposeAsync();
        var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local);
        var id = await Put(site, To(address));
        Assert.Equal("Waiting", (await Until(site, id, row => row.Tries == 1)).State);
        await site.Stop();

        later.Pass(TimeSpan.FromMinutes(1));
        await using var up = await Receiver.Open(address.Port);
        await using var anew = await Site.Open(site.Data, services => services.AddSingleton<TimeProvider>(later), Local);
        await up.Next();
        Assert.Equal("Delivered", (await Until(anew, id, row => row.State != "Waiting")).State);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_holds_up_nobody_else()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var slow = await Receiver.Open();
        await using var quick = await Receiver.Open();
        slow.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        for (var number = 0; number < 10; number++) await Put(site, To(slow.Address));
        await slow.Next();
        await slow.Next();

        var id = await Put(site, To(quick.Address));

        await quick.Next();
        await Until(site, id, row => row.State == "Delivered");
        // Two at a time: the others wait for those.
        Assert.Equal(0, slow.Left);
    }

    [Fact]
    public async Task Near_addresses_are_told_nothing_unless_the_administrator_says_so()
    {
        await using var site = await Site.Open();
        foreach (var (address, why) in new[]
        {
            ("http://127.0.0.1:1/", "loopback or link-local address, which this server tells nothing (Skyline:TellLocalAddresses)."),
            ("http://169.254.169.254/latest/meta-data", "loopback or link-local address, which this server tells nothing (Skyline:TellLocalAddresses)."),
            ("http://[::ffff:169.254.169.254]/", "loopback or link-local address, which this server tells nothing (Skyline:TellLocalAddresses)."),
            // A name is as good as what it leads to when it is connected to.
            ("http://localhost:1/", "loopback or link-local address, which this server tells nothing (Skyline:TellLocalAddresses)."),
            ("http://10.0.0.1/", "address of a private network, which this server tells nothing (Skyline:TellPrivateAddresses)."),
        })
        {
            var id = await Put(site, new(DeliveryKind.Webhook, new(address), "{}"));
            Assert.EndsWith(why, (await Until(site, id, row => row.Tries == 1)).LastAnswer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_says_so()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        receiver.Answer = context => { context.Response.Redirect("http://169.254.169.254/latest"); return Task.CompletedTask; };
        var row = await Until(site, await Put(site, To(receiver.Address)), row => row.Tries == 1);
        Assert.Equal(((long?)302, "It leads to http://169.254.169.254/latest, which is not followed: give the address that answers itself."), (row.LastStatus, row.LastAnswer));
    }

    [Fact]
    public async Task Of_an_answer_without_end_its_beginning_is_read()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        receiver.Answer = async context =>
        {
            var piece = Encoding.ASCII.GetBytes(new string('x', 64 << 10));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        };
        var row = await Until(site, await Put(site, To(receiver.Address)), row => row.Tries == 1);
        Assert.Equal(("Delivered", 1024), (row.State, row.LastAnswer!.Length));
    }

    [Fact]
    public async Task An_answer_that_drips_is_waited_for_no_longer_than_any()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var receiver = await Receiver.Open();
        var dripping = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            await context.Response.Body.WriteAsync("x"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            dripping.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        using var http = new SendOverHttp(new() { TellLocalAddresses = true }, time);
        var sending = http.Send(new(1, "msg_1", "Webhook", "r", receiver.Address.AbsoluteUri, "POST", "{}", "{}", null, null, null, null, null, 0, 0), [], Ct);
        await dripping.Task;

        time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(new(Fate.Later, null, "It did not answer within 15 seconds.", IsAway: true), await sending);
    }

    [Fact]
    public async Task Of_several_on_one_topic_the_newest_is_sent_last_and_those_that_wait_not_at_all()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var gate = new TaskCompletionSource();
        receiver.Answer = context => gate.Task.WaitAsync(context.RequestAborted);
        var pending = await Put(site, To(receiver.Address, body: "pending") with { Topic = "status abc" });
        Assert.Equal("pending", (await receiver.Next()).Body);

        var running = await Put(site, To(receiver.Address, body: "running") with { Topic = "status abc" });
        var success = await Put(site, To(receiver.Address, body: "success") with { Topic = "status abc" });
        gate.SetResult();

        Assert.Equal("success", (await receiver.Next()).Body);
        await Until(site, success, row => row.State == "Delivered");
        Assert.Equal(("Delivered", "Replaced", 0), (Of(site, pending).State, Of(site, running).State, receiver.Left));
    }
}

public sealed class RetryTests
{
    [Fact]
    public void Waits_grow_from_seconds_to_hours_and_are_never_twice_the_same_for_all()
    {
        var waits = Enumerable.Range(1, 12).Select(tries => Retry.After(tries, 0.5)).ToList();
        Assert.Equal(TimeSpan.FromSeconds(5), waits[0]);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(TimeSpan.FromHours(6), waits[^1]);
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)), (Retry.After(1, 0), Retry.After(1, 1)));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), (Retry.Rest(1), Retry.Rest(2), Retry.Rest(100)));
    }
}
