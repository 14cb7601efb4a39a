namespace Skyline.Server.Privacy;

/// <summary>
/// Through whose eyes the database is read. A request looks through those of who sent it, and what they may not read does not exist in any
/// answer that <see cref="Storage.Database.Read"/> gives it; the server's own work (none is set) sees everything.
/// </summary>
/// <param name="Person">Null, as Builder: nobody who is known.</param>
public sealed record Sight(long? Person, long? Builder)
{
    static readonly AsyncLocal<Sight?> current = new();

    public static Sight Anybody { get; } = new(null, null);

    public static Sight? Current => current.Value;

    /// <summary>For the rest of the asynchronous method that calls it, and what that calls.</summary>
    public static void Set(Sight? sight) => current.Value = sight;

    public static T Through<T>(Sight? sight, Func<T> look)
    {
        var before = current.Value;
        if (Equals(before, sight)) return look();
        current.Value = sight;
        try
        {
            return look();
        }
        finally
        {
            current.Value = before;
        }
    }

    /// <summary>What is kept for everybody, or done for the server, is not made of what one may see.</summary>
    public static T Everything<T>(Func<T> look) => Through(null, look);

    /// <summary>An asynchronous method's own changes end with it.</summary>
    public static async Task<T> Everything<T>(Func<Task<T>> act)
    {
        current.Value = null;
        return await act();
    }
}
