using System.Data;
using Skyline.Server.Mail;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>
/// Sends what waits in the outbox, each until it is taken or a day is over. Few at a time, fewer to one receiver: who is slow holds up
/// their own alone. What a stop interrupts is sent again by the next start.
/// </summary>
sealed class SendDeliveries(Database database, Bells bells, SealedSecrets secrets, SendOverHttp http, SendOverSmtp smtp, TimeProvider time, ILogger<SendDeliveries> log) : BackgroundService
{
    const int MostAtOnce = 32, MostToOne = 2;
    static readonly TimeSpan again = TimeSpan.FromSeconds(15), longest = TimeSpan.FromDays(1);

    /// <summary>Of the loop alone, but for what has ended, which it is told by <see cref="ended"/>.</summary>
    readonly Dictionary<long, DueDelivery> underWay = [];
    readonly System.Collections.Concurrent.ConcurrentQueue<(DueDelivery Delivery, Answered? Answer)> ended = new();
    readonly RestingReceivers resting = new();
    readonly Lock tasksGate = new();
    readonly HashSet<Task> tasks = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Deliveries);
            TimeSpan wait;
            try
            {
                wait = StartDue(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                wait = again;
                log.LogError(fault, "What others are to be told could not be looked up yet");
            }
            await bells.Wait(bell, wait, stoppingToken);
        }
    }

    /// <returns>How long nothing else is due.</returns>
    TimeSpan StartDue(CancellationToken ct)
    {
        TakeEnded();
        var (now, next) = (time.Stamp(), long.MaxValue);
        foreach (var receiver in database.Read(db => DueDelivery.Receivers(db, underWay.Keys)))
        {
            if (underWay.Count >= MostAtOnce) return Timeout.InfiniteTimeSpan;
            var places = MostToOne - underWay.Values.Count(one => one.Receiver == receiver.Receiver);
            var due = Math.Max(receiver.NextAt, resting.Until(receiver.Receiver));
            if (places <= 0) continue;
            next = Math.Min(next, due <= now ? StartTo(receiver.Receiver, now, Math.Min(places, MostAtOnce - underWay.Count), ct) : due);
        }
        return next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(next - now, 1, longest.TotalMilliseconds));
    }

    /// <returns>When the loop is to look again, unless one ends before.</returns>
    long StartTo(string receiver, long now, int places, CancellationToken ct)
    {
        // Not both of one topic at once, or the older might come last.
        var topics = underWay.Values.Select(one => one.Topic).OfType<string>().ToHashSet();
        var free = database.Read(db => DueDelivery.To(db, receiver, underWay.Keys, now, places)).Where(one => one.Topic is null || topics.Add(one.Topic)).ToList();
        foreach (var delivery in free)
        {
            underWay.Add(delivery.Id, delivery);
            Follow(Task.Run(() => Send(delivery, ct), ct));
        }
        // What is left is due when one ends, or when its own time comes.
        return database.Read(db => DueDelivery.Receivers(db, underWay.Keys)).FirstOrDefault(one => one.Receiver == receiver)?.NextAt is { } at && at > now ? at : long.MaxValue;
    }

    void Follow(Task task)
    {
        lock (tasksGate) tasks.Add(task);
        _ = task.ContinueWith(done => { lock (tasksGate) tasks.Remove(done); }, TaskScheduler.Default);
    }

    async Task Send(DueDelivery delivery, CancellationToken ct)
    {
        Answered? answer = null;
        try
        {
            var began = time.GetTimestamp();
            answer = await Try(delivery, ct);
            await Note(delivery, answer, (long)time.GetElapsedTime(began).TotalMilliseconds, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next start sends it again.
        }
        catch (Exception fault)
        {
            answer = Answered.Away("Skyline itself failed here.");
            log.LogError(fault, "Delivery {Id} to {Receiver} failed", delivery.Id, delivery.Receiver);
        }
        finally
        {
            ended.Enqueue((delivery, answer));
            bells.Ring(Bells.Deliveries);
        }
    }

    async Task<Answered> Try(DueDelivery delivery, CancellationToken ct)
    {
        try
        {
            return delivery.Kind == nameof(DeliveryKind.Mail) ? await smtp.Send(delivery, ct) : await http.Send(delivery, Secrets(delivery), ct);
        }
        catch (SigningRefusedException refused)
        {
            return new(Fate.Later, null, refused.Message);
        }
    }

    /// <summary>What goes along and is in no row: a webhook's signature, as of now; or a header with a secret.</summary>
    IReadOnlyList<(string Name, string Value)> Secrets(DueDelivery delivery)
    {
        if (delivery.WebhookId is { } hook)
            return database.Read(db => WebhookRow.Find(db, hook)) is { } row ? StandardSignature.Headers(delivery.Name, time.GetUtcNow(), delivery.Body, row.SecretsAt(time.Stamp()).Select(secrets.Open).OfType<string>()) : [];
        return delivery.SecretId is { } id ? [(delivery.SecretHeader!, delivery.SecretBefore + secrets.Open(id))] : [];
    }

    async Task Note(DueDelivery delivery, Answered answer, long took, CancellationToken ct)
    {
        if (await database.Write(tx => Tried.Note(tx, delivery, answer, took, time.Stamp(), Random.Shared.NextDouble()), ct)) bells.Ring(Bells.Notices);
    }

    void TakeEnded()
    {
        while (ended.TryDequeue(out var one))
        {
            underWay.Remove(one.Delivery.Id);
            if (one.Answer is { IsAway: true } away) resting.Failed(one.Delivery.Receiver, away.Leave, time.Stamp());
            else if (one.Answer is not null) resting.Answered(one.Delivery.Receiver);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Task[] left;
        lock (tasksGate) left = [.. tasks];
        await Task.WhenAll(left).WaitAsync(cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
