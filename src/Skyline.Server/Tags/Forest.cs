namespace Skyline.Server.Tags;

/// <summary>A tag in the tree of inheritance.</summary>
/// <param name="Depth">How many tags it stands below.</param>
/// <param name="Others">Names of those that it inherits from too, behind the one that it stands below.</param>
public sealed record Branch(ListedTag Tag, int Depth, IReadOnlyList<string> Others);

/// <summary>
/// Tags below what they inherit from: each once, below its first parent, as that decides before its others. What inherits from nothing that is listed is a base.
/// </summary>
static class Forest
{
    /// <param name="tags">In the order in which they are to stand.</param>
    /// <param name="links">Each tag's in order of priority.</param>
    /// <returns>Each base with all that stands below it, the base first.</returns>
    public static IReadOnlyList<IReadOnlyList<Branch>> Of(IReadOnlyList<ListedTag> tags, IReadOnlyList<Inheritance.Link> links)
    {
        var listed = tags.ToDictionary(tag => tag.Id);
        var parents = links.Where(link => listed.ContainsKey(link.TagId) && listed.ContainsKey(link.ParentId)).ToLookup(link => link.TagId, link => link.ParentId);
        var heirs = tags.Where(tag => parents[tag.Id].Any()).ToLookup(tag => parents[tag.Id].First());
        var placed = new HashSet<long>();
        List<IReadOnlyList<Branch>> all = [.. tags.Where(tag => !parents[tag.Id].Any()).Select(Tree)];
        // No link makes a circle; should rows ever, none of its tags is lost.
        all.AddRange(tags.Where(tag => !placed.Contains(tag.Id)).Select(Tree).Where(tree => tree.Count > 0));
        return all;

        IReadOnlyList<Branch> Tree(ListedTag root)
        {
            var tree = new List<Branch>();
            Add(root, 0);
            return tree;

            void Add(ListedTag tag, int depth)
            {
                if (!placed.Add(tag.Id)) return;
                tree.Add(new(tag, depth, [.. parents[tag.Id].Skip(1).Select(parent => listed[parent].Name)]));
                foreach (var heir in heirs[tag.Id]) Add(heir, depth + 1);
            }
        }
    }
}
