using System.Collections.Concurrent;

namespace Skyline.Server.Storage;

/// <summary>Readers that rest, their statements prepared; more are opened where more read at once, and closed after.</summary>
sealed class RestingReaders<T>(Func<T> open, Func<T, KeptStatements> on) : IDisposable where T : class
{
    const int MostAtRest = 16;

    readonly ConcurrentQueue<T> resting = [];

    /// <param name="begin">Its transaction. One whose connection was lost while it rested is put away, and the next is tried, at last a fresh one.</param>
    public T Take(Action<T> begin, Func<Exception, bool> isLost)
    {
        while (true)
        {
            var (reader, isFresh) = resting.TryDequeue(out var rested) ? (rested, false) : (open(), true);
            try
            {
                begin(reader);
                return reader;
            }
            catch (Exception fault) when (!isFresh && isLost(fault))
            {
                on(reader).Dispose();
            }
            catch (Exception)
            {
                on(reader).Dispose();
                throw;
            }
        }
    }

    public void Return(T reader)
    {
        var statements = on(reader);
        try
        {
            statements.UndoIfOpen();
        }
        catch (System.Data.Common.DbException) when (statements.State != System.Data.ConnectionState.Open)
        {
            // What was lost has nothing to undo.
        }
        if (resting.Count < MostAtRest && statements.State == System.Data.ConnectionState.Open) resting.Enqueue(reader);
        else statements.Dispose();
    }

    public void Dispose()
    {
        while (resting.TryDequeue(out var reader)) on(reader).Dispose();
    }
}
