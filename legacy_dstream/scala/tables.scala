package sparkbench.dstream

/** The static table of the job `enrich`: what is known of each key.  Made, not read. */
object Tables {
  val Regions: Array[String] = Array("north", "east", "south", "west", "centre")
  val Classes = 3

  /** Key to region and class, for the first `keys` keys of a load. */
  def tableRows(keys: Long): Map[String, (String, Integer)] =
    (0 until keys.toInt).map { number =>
      val known = (Regions(number % Regions.length), Integer.valueOf(1 + number % Classes))
      f"k$number%06d" -> known
    }.toMap
}
