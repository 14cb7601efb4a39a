using System.Data;

namespace Skyline.Server.Storage;

/// <summary>A part of a write that may fail by itself: what it did is undone, and what was done before it stays.</summary>
static class Savepoint
{
    public static T Within<T>(IDbTransaction tx, Func<T> act)
    {
        var on = ((KeptTransaction)tx).On;
        on.Do("SAVEPOINT part");
        try
        {
            return act();
        }
        catch
        {
            if (!on.IsIdle) on.Do("ROLLBACK TO part");
            throw;
        }
        finally
        {
            if (!on.IsIdle) on.Do("RELEASE part");
        }
    }
}
