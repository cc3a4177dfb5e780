package sparkbench.structured

import java.util.{List => JavaList, Map => JavaMap}

import org.apache.spark.sql.DataFrame

/** The jobs by their names, for who calls from Python. */
final class Jobs {
  def build(name: String, lines: JavaList[DataFrame], values: JavaMap[String, Any]): DataFrame =
    name match {
      case "custom_state" => CustomState.build(lines.get(0))
    }
}
