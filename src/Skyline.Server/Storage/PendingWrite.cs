using System.Data;
using System.Runtime.ExceptionServices;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Privacy;

namespace Skyline.Server.Storage;

/// <summary>One write of those that a commit takes along. It is undone alone if it throws, and told of when the commit is on the disk.</summary>
abstract class PendingWrite
{
    /// <summary>Whoever asked: another's thread may carry it out.</summary>
    readonly Actor? by = Actor.Current;

    const int Waiting = 0, Taken = 1, GivenUp = 2;

    int state;

    public bool IsTaken => Volatile.Read(ref state) == Taken;

    /// <returns>False if whoever asked has given up meanwhile.</returns>
    public bool Take() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    /// <returns>False if it is taken already, so its outcome will come.</returns>
    public bool GiveUp() => Interlocked.CompareExchange(ref state, GivenUp, Waiting) == Waiting;

    /// <summary>Throws only what breaks the whole commit: a full disk, say, has SQLite undo everything by itself.</summary>
    public void Run(KeptTransaction transaction, TimeProvider time)
    {
        transaction.On.Do("SAVEPOINT before_write");
        transaction.Begin(by);
        var (before, shown) = (transaction.On.Changes, transaction.Shown.Count);
        try
        {
            by?.Agreed?.Look(transaction);
            Act(transaction);
            HeldBack.Check(transaction, time);
            WriteNotes.Write(transaction, transaction.On.Changes != before, time);
        }
        catch (Exception e)
        {
            Undone(e);
            transaction.Shown.RemoveRange(shown, transaction.Shown.Count - shown);
            try
            {
                transaction.On.Do("ROLLBACK TO before_write");
            }
            catch (Exception)
            {
                ExceptionDispatchInfo.Throw(e);
            }
        }
        transaction.On.Do("RELEASE before_write");
    }

    /// <summary>Why it was undone; null: it was not.</summary>
    public abstract Exception? Fault { get; }

    public abstract void Tell();
    public abstract void Fail(Exception e);
    protected abstract void Act(IDbTransaction transaction);
    protected abstract void Undone(Exception e);
}

sealed class PendingWrite<T>(Func<IDbTransaction, T> act) : PendingWrite
{
    /// <summary>Whoever commits it acts for who asked for it.</summary>
    readonly Sight? sight = Sight.Current;
    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? result;
    Exception? fault;

    public Task<T> Done => done.Task;

    public override Exception? Fault => fault;

    protected override void Act(IDbTransaction transaction) => result = Sight.Through(sight, () => act(transaction));

    protected override void Undone(Exception e) => fault = e;

    public override void Tell()
    {
        if (fault is null) done.SetResult(result!);
        else done.SetException(fault);
    }

    /// <summary>Its own fault tells more than what broke the commit.</summary>
    public override void Fail(Exception e) => done.SetException(fault ?? e);
}
