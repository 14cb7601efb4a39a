namespace Skyline.Server.Finding;

/// <summary>Values that many rows share, by a small number each, from 0 in the order in which they came.</summary>
sealed class Interned<T> where T : notnull
{
    readonly Dictionary<T, int> numbers = [];
    readonly List<T> values = [];

    public int Count => values.Count;

    public T this[int number] => values[number];

    public int Of(T value)
    {
        if (numbers.TryGetValue(value, out var number)) return number;
        numbers.Add(value, number = values.Count);
        values.Add(value);
        return number;
    }

    /// <returns>-1: no row has it.</returns>
    public int Find(T value) => numbers.GetValueOrDefault(value, -1);

    /// <summary>For each number whether what it stands for is wanted.</summary>
    public bool[] Where(Func<T, bool> wanted) => [.. values.Select(wanted)];
}
