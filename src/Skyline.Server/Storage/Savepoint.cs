using System.Data;

namespace Skyline.Server.Storage;

/// <summary>A part of a write that may fail by itself: what it did is undone, and what was done before it stays.</summary>
static class Savepoint
{
    public static T Within<T>(IDbTransaction tx, Func<T> act)
    {
        var (on, notes) = (((KeptTransaction)tx).On, ((KeptTransaction)tx).Notes);
        var noted = notes.Count;
        on.Do("SAVEPOINT part");
        try
        {
            return act();
        }
        catch
        {
            if (!on.IsIdle) on.Do("ROLLBACK TO part");
            notes.RemoveRange(noted, notes.Count - noted);
            throw;
        }
        finally
        {
            if (!on.IsIdle) on.Do("RELEASE part");
        }
    }
}
