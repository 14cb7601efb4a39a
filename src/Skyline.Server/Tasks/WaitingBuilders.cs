using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// The builders whose questions for work are open. What comes to wait is offered to each of them once, in the order of
/// <see cref="Preference"/>: who is preferred is asked first, and what it cannot do or does not get goes to the next at once, so a
/// preference never makes a run wait.
/// </summary>
public sealed class WaitingBuilders : IDisposable
{
    readonly Lock entering = new();
    readonly SemaphoreSlim rounds = new(1, 1);
    readonly List<Question> open = [];
    long begun;

    public int Count
    {
        get
        {
            lock (entering) return open.Count;
        }
    }

    internal Question Enter(long builder, string? name, CancellationToken gone)
    {
        var question = new Question(builder, name, gone);
        lock (entering) open.Add(question);
        return question;
    }

    /// <summary>When it is out, no round will answer it any more: what it has been given by then is its own.</summary>
    internal async Task Leave(Question question)
    {
        await rounds.WaitAsync(CancellationToken.None);
        lock (entering) open.Remove(question);
        rounds.Release();
    }

    /// <summary>One round, unless one begins meanwhile: that looks at all that there is by then.</summary>
    internal async Task Offer(Database database, Func<Question, Task<ClaimedRun?>> claim, CancellationToken ct)
    {
        var seen = Interlocked.Read(ref begun);
        await rounds.WaitAsync(ct);
        try
        {
            if (Interlocked.Read(ref begun) > seen) return;
            Interlocked.Increment(ref begun);
            await Round(database, claim);
        }
        finally
        {
            rounds.Release();
        }
    }

    public void Dispose() => rounds.Dispose();

    async Task Round(Database database, Func<Question, Task<ClaimedRun?>> claim)
    {
        List<Question> left;
        lock (entering) left = [.. open];
        while (left.Count > 0 && database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE state = 'Waiting')")))
        {
            var first = Preference.Order(StandingsOf(database, left))[0];
            var question = left.First(one => one.Since == first.Since);
            left.Remove(question);
            if (question.IsOpen) await Answer(question, claim);
        }
    }

    /// <summary>A fault is that question's alone.</summary>
    static async Task Answer(Question question, Func<Question, Task<ClaimedRun?>> claim)
    {
        try
        {
            if (await claim(question) is { } run) question.Give(run);
        }
        catch (Exception fault)
        {
            question.Fault = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(fault);
        }
    }

    sealed record Row
    {
        public long Id { get; init; }
        public int Weight { get; init; }
        public int Slots { get; init; }
        public int Running { get; init; }
    }

    static IEnumerable<Standing> StandingsOf(Database database, IReadOnlyList<Question> questions)
    {
        var builders = database.Read(db => db.All<Row>("""
            SELECT id AS Id, weight AS Weight, slots AS Slots, (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
            FROM builders b WHERE id IN @ids
            """, new { ids = questions.Select(question => question.Builder).Distinct() })).ToDictionary(row => row.Id);
        return questions.Select(question => new Standing(question.Builder, builders[question.Builder].Weight, builders[question.Builder].Running, builders[question.Builder].Slots, question.Since));
    }
}

/// <summary>One open question for work.</summary>
/// <param name="name">The builder's own for it.</param>
sealed class Question(long builder, string? name, CancellationToken gone)
{
    static long asked;

    public long Builder => builder;
    public string? Name => name;
    /// <summary>Its number: a later question has a higher one.</summary>
    public long Since { get; } = Interlocked.Increment(ref asked);
    public ClaimedRun? Run { get; private set; }
    readonly TaskCompletionSource given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Another question's round may give it one while it sleeps: what waits until a minute is over rings no bell.</summary>
    public Task Given => given.Task;

    public void Give(ClaimedRun run)
    {
        Run = run;
        given.TrySetResult();
    }

    public System.Runtime.ExceptionServices.ExceptionDispatchInfo? Fault { get; set; }
    public bool IsOpen => Run is null && Fault is null && !gone.IsCancellationRequested;
}
