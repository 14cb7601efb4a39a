namespace Skyline.Server.Audit;

/// <summary>What comes in by this door changes nothing that anybody would ask about later; the reason says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NoChangeAttribute(string why) : Attribute
{
    public string Why => why;
}

static class NoChange
{
    public const string Work = "a builder's work: who submitted and who tagged is noted, and runs tell the rest";

    public static TBuilder IsNoChange<TBuilder>(this TBuilder endpoint, string why) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(one => one.Metadata.Add(new NoChangeAttribute(why)));
        return endpoint;
    }
}
