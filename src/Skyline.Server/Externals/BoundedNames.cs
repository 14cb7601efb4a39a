using System.Xml;

namespace Skyline.Server.Externals;

/// <summary>The names in a document, which a reader keeps one of each to the end: a few dozen in any list of packages, so no more than memory bears.</summary>
sealed class BoundedNames : NameTable
{
    const int MostNames = 10_000, LongestName = 1000;
    int names;

    public override string Add(string key) => Get(key) ?? Counted(key.Length, () => base.Add(key));

    public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(len, () => base.Add(key, start, len));

    /// <exception cref="XmlException">It is one too many.</exception>
    string Counted(int length, Func<string> add)
    {
        if (length > LongestName) throw new XmlException($"it has a name of more than {LongestName} letters");
        return ++names <= MostNames ? add() : throw new XmlException($"it has more than {MostNames} different names");
    }
}
